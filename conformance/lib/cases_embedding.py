"""Cases of internal/trace/lib/embedding.py."""

from cases import const, f32, f64, half, i32, i64

IDS = "tf.SparseTensor([[0, 0], [0, 2], [2, 1], [2, 2]], i, [3, 4])"
WEIGHTS = "tf.SparseTensor([[0, 0], [0, 2], [2, 1], [2, 2]], w, [3, 4])"

# Lookups in variables read only the rows.
TABLE = dict(variables=dict(v=f32(5, 3)))
TABLES = dict(variables=dict(v=f32(3, 3), w=f32(2, 3)))

CASES = [
    ("tf.nn.embedding_lookup(v, i)", dict(i=i32(4, low=0, high=5)), TABLE),
    ("tf.nn.embedding_lookup(v, i, max_norm=0.5, name='e')", dict(i=i64(2, 2, low=0, high=5)), TABLE),
    ("tf.nn.embedding_lookup([v, w], i)", dict(i=i64(4, low=0, high=5)), TABLES),
    (f"tf.nn.embedding_lookup_sparse(v, {IDS}, None)", dict(i=i64(4, low=0, high=5)), TABLE),
    (f"tf.nn.embedding_lookup_sparse(v, {IDS}, {WEIGHTS}, 'sum')", dict(i=i64(4, low=0, high=5), w=f32(4)), TABLE),
    (f"tf.nn.safe_embedding_lookup_sparse(v, {IDS})", dict(i=const([1, -1, 4, 2], "int64")), TABLE),
    ("tf.nn.embedding_lookup(x, i)", dict(x=f32(5, 3), i=i32(4, low=0, high=5))),
    ("tf.nn.embedding_lookup(x, i, name='e')", dict(x=i64(5), i=i64(4, 2, low=0, high=5))),
    ("tf.nn.embedding_lookup(x, [1, 0], max_norm=0.5)", dict(x=f64(5, 3))),
    ("tf.nn.embedding_lookup([x], i, 0.5)", dict(x=f32(5, 3, 2), i=i32(4, low=0, high=5))),
    ("tf.nn.embedding_lookup([x, y], i)", dict(x=f32(3, 3), y=f32(2, 3), i=i32(4, low=0, high=5))),
    ("tf.nn.embedding_lookup([x, y, z], i, 0.5, name='e')", dict(x=f64(2, 3), y=f64(2, 3), z=f64(2, 3), i=i64(2, 2, low=0, high=6))),
    ("tf.nn.embedding_lookup([], i)", dict(i=i32(4, low=0, high=5)), dict(raises=True)),
    (f"tf.nn.embedding_lookup_sparse(x, {IDS}, None)", dict(x=f32(5, 3), i=i64(4, low=0, high=5))),
    (f"tf.nn.embedding_lookup_sparse(x, {IDS}, None, combiner='sum', name='e')", dict(x=f64(5, 3), i=i32(4, low=0, high=5))),
    (f"tf.nn.embedding_lookup_sparse(x, {IDS}, None, combiner='sqrtn', allow_fast_lookup=True)", dict(x=f32(5, 3), i=i32(4, low=0, high=5))),
    (f"tf.nn.embedding_lookup_sparse(x, {IDS}, {WEIGHTS})", dict(x=f32(5, 3), i=i64(4, low=0, high=5), w=f32(4))),
    (f"tf.nn.embedding_lookup_sparse(x, {IDS}, {WEIGHTS}, 'sqrtn')", dict(x=half(5, 3), i=i64(4, low=0, high=5), w=f32(4)), dict(rtol=1e-2)),
    (f"tf.nn.embedding_lookup_sparse(x, {IDS}, {WEIGHTS}, 'sum', max_norm=0.5)", dict(x=f64(5, 3), i=i64(4, low=0, high=5), w=f32(4))),
    (f"tf.nn.embedding_lookup_sparse([x, y], {IDS}, None)", dict(x=f32(3, 3), y=f32(2, 3), i=i64(4, low=0, high=5))),
    (f"tf.nn.embedding_lookup_sparse(x, {IDS}, None, 'max')", dict(x=f32(5, 3), i=i64(4, low=0, high=5)), dict(raises=True)),
    (f"tf.nn.safe_embedding_lookup_sparse(x, {IDS})", dict(x=f32(5, 3), i=const([1, -1, 4, 2], "int64"))),
    (f"tf.nn.safe_embedding_lookup_sparse(x, {IDS}, {WEIGHTS}, default_id=3, name='e')", dict(x=f32(5, 3), i=const([1, -1, 4, 2], "int64"), w=f32(4))),
    (f"tf.nn.safe_embedding_lookup_sparse(x, {IDS}, {WEIGHTS}, 'sum')", dict(x=f64(5, 3), i=const([1, -1, 4, 2], "int64"), w=f64(4))),
]
