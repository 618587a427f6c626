"""Cases of internal/trace/lib/sampling.py."""

from cases import f32, f64, i32, i64

CASES = [
    ("tuple(tf.random.uniform_candidate_sampler(x, 2, 3, True, 9))", dict(x=i64(4, 2, low=0, high=9))),
    ("tuple(tf.random.uniform_candidate_sampler(x, 1, 3, False, 9, seed=5, name='u'))", dict(x=i64(4, 1, low=0, high=9))),
    ("tuple(tf.random.log_uniform_candidate_sampler(x, 2, 3, True, 9))", dict(x=i64(4, 2, low=0, high=9))),
    ("tuple(tf.random.log_uniform_candidate_sampler(x, 2, 3, True, 9, seed=2**31 - 1, name='u'))", dict(x=i64(4, 2, low=0, high=9))),
    ("tuple(tf.random.learned_unigram_candidate_sampler(x, 2, 3, True, 9))", dict(x=i64(4, 2, low=0, high=9))),
    ("tuple(tf.nn.learned_unigram_candidate_sampler(x, 2, 3, True, 2**31))", dict(x=i64(4, 2, low=0, high=9)), dict(raises=True)),
    ("tuple(tf.random.fixed_unigram_candidate_sampler(x, 2, 3, True, 4, unigrams=[0.1, 0.5, 0.2, 0.2]))", dict(x=i64(4, 2, low=0, high=4))),
    (
        "tuple(tf.nn.fixed_unigram_candidate_sampler(x, 2, 1, False, 4, distortion=0.5, unigrams=(1, 5, 2, 2), seed=1))",
        dict(x=i64(4, 2, low=0, high=4)),
    ),
    ("tuple(tf.random.all_candidate_sampler(x, 2, 5, True))", dict(x=i64(4, 2, low=0, high=5))),
    ("tuple(tf.nn.all_candidate_sampler(x, 1, 5, True, seed=1, name='a'))", dict(x=i64(4, 1, low=0, high=5))),
    ("tuple(tf.nn.compute_accidental_hits(x, y, 2))", dict(x=i64(4, 2, low=0, high=5), y=i64(3, low=0, high=5))),
    ("tuple(tf.nn.compute_accidental_hits(x, y, 1, seed=4, name='c'))", dict(x=i64(4, 1, low=0, high=5), y=i64(3, low=0, high=5))),
    (
        "tf.nn.nce_loss(w, b, l, x, 3, 9, sampled_values=(c, t, e))",
        dict(w=f32(9, 5), b=f32(9), l=i64(4, 1, low=0, high=9), x=f32(4, 5),
             c=i64(3, low=0, high=9), t=f32(4, 1, low=0.1), e=f32(3, low=0.1)),
        dict(rtol=1e-5),
    ),
    (
        "tf.nn.nce_loss(w, b, l, x, 3, 9, num_true=2, remove_accidental_hits=True, name='n')",
        dict(w=f32(9, 5), b=f32(9), l=i32(4, 2, low=0, high=9), x=f32(4, 5)),
    ),
    (
        "tf.nn.sampled_softmax_loss(w, b, l, x, 3, 9, sampled_values=(c, t, e))",
        dict(w=f64(9, 5), b=f64(9), l=i64(4, 1, low=0, high=9), x=f32(4, 5),
             c=i64(3, low=0, high=9), t=f32(4, 1, low=0.1), e=f32(3, low=0.1)),
        dict(rtol=1e-5),
    ),
    (
        "tf.nn.sampled_softmax_loss(w, b, l, x, 3, 9, num_true=2, remove_accidental_hits=False, seed=4)",
        dict(w=f32(9, 5), b=f32(9), l=i64(4, 2, low=0, high=9), x=f32(4, 5)),
    ),
]
