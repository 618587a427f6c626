import tensorflow as tf

SIZES = [1]
RTOL = 1e-4
ATOL = 1e-4


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2, 64], tf.float32)])
    def f(self, sound):
        spectra = tf.signal.stft(sound, frame_length=16, frame_step=8, fft_length=16)
        magnitude = tf.abs(spectra)
        mel = tf.signal.linear_to_mel_weight_matrix(num_mel_bins=5, num_spectrogram_bins=9, sample_rate=8000., lower_edge_hertz=80., upper_edge_hertz=3800.)
        log_mel = tf.math.log(tf.tensordot(magnitude, mel, 1) + 1e-3)
        back = tf.signal.inverse_stft(spectra, 16, 8, window_fn=tf.signal.inverse_stft_window_fn(8))
        return {
            "magnitude": magnitude, "mel": log_mel, "cepstra": tf.signal.mfccs_from_log_mel_spectrograms(log_mel)[..., :3],
            "back": back, "power": tf.math.real(spectra * tf.math.conj(spectra)),
        }


def build():
    return Model()
