from cases import const, f32

CASES = [
    ("tf.audio.encode_wav(x, 8000)", dict(x=f32(5, 2))),
    ("tf.audio.encode_wav(x, r)", dict(x=f32(4, 1), r=const(16000, "int32"))),
    ("tf.audio.decode_wav(tf.audio.encode_wav(x, 8000))", dict(x=f32(5, 2))),
    ("w = tf.audio.decode_wav(tf.audio.encode_wav(x, 8000), desired_channels=2, desired_samples=7)\n"
     "return w.audio, w.sample_rate", dict(x=f32(5, 1))),
    ("tf.audio.decode_wav(tf.audio.encode_wav(x, r), 1, 3, name='wav')[0]", dict(x=f32(5, 2), r=const(44100, "int32"))),
]
