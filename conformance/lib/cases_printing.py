"""Cases of internal/trace/lib/printing.py. The printed text is an attribute of the graph."""

from cases import f32, i32, s

CASES = [
    ("tf.print(x)\nreturn x", dict(x=f32(3))),
    ("tf.print('x is', x, [x, 1, 'a'], {'b': x, 'a': 2}, (x,))\nreturn x", dict(x=i32(3))),
    ("tf.print(x, summarize=-1, sep=',', end='', name='p')\nreturn x", dict(x=i32(3))),
    ("tf.print(x)\nreturn x", dict(x=s())),
    ("tf.print(x, x)\nreturn x", dict(x=s(2))),
    ("tf.print('{} is', x)\nreturn x", dict(x=f32(3))),
    ("tf.print()\nreturn x", dict(x=f32(3))),
    ("tf.print(x, output_stream='file:///tmp/tfsave-print.txt')\nreturn x", dict(x=f32(3)), {"trace_only": True}),
    ("tf.print(x, output_stream='stdout')\nreturn x", dict(x=f32(3)), {"raises": True}),
    ("tf.print(x, flush=True)\nreturn x", dict(x=f32(3)), {"raises": True}),
    ("tf.print(tf.sparse.from_dense(x), output_stream='file:///dev/null')\nreturn x", dict(x=i32(2, 2))),
    ("tf.print('rt', tf.RaggedTensor.from_row_splits(x, [0, 1, 3]), output_stream='file:///dev/null')\nreturn x", dict(x=i32(3))),
]
