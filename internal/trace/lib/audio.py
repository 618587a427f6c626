"""tf.audio: sound in WAV files."""

from tfsave import export, tf


@export("audio.decode_wav")
def decode_wav(contents, desired_channels=-1, desired_samples=-1, name=None):
    """The samples of a WAV file, (samples, channels) between -1 and 1, and their rate."""
    return tf.raw_ops.DecodeWav(
        contents=contents, desired_channels=desired_channels, desired_samples=desired_samples, name=name
    )


@export("audio.encode_wav")
def encode_wav(audio, sample_rate, name=None):
    """A WAV file of samples, (samples, channels) between -1 and 1."""
    return tf.raw_ops.EncodeWav(audio=audio, sample_rate=sample_rate, name=name)
