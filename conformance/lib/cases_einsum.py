"""Cases of internal/trace/lib/einsum.py."""

from cases import c64, const, f32, f64, i32

CASES = [
    ("tf.einsum('ij,jk->ik', x, y)", dict(x=f32(2, 3), y=f32(3, 4))),
    ("tf.einsum('ij,jk', x, y)", dict(x=f64(2, 3), y=f64(3, 4))),
    ("tf.einsum(' b i j -> b j i ', x, name='e')", dict(x=i32(2, 3, 4))),
    ("tf.einsum('ii', x)", dict(x=f32(3, 3))),
    ("tf.einsum('i,j->ij', x, y)", dict(x=c64(3), y=c64(4))),
    ("tf.einsum('...ij,...jk->...ik', x, y)", dict(x=f32(5, 2, 3), y=f32(5, 3, 4))),
    ("tf.linalg.einsum('bhqd,bhkd->bhqk', x, y)", dict(x=f32(2, 3, 4, 5), y=f32(2, 3, 6, 5))),
    ("tf.einsum('ij,jk,kl->il', x, y, z)", dict(x=f32(2, 3), y=f32(3, 4), z=f32(4, 5))),
    ("tf.einsum('ij,jk,kl', x, y, z)", dict(x=f32(20, 3), y=f32(3, 40), z=f32(40, 5))),
    ("tf.einsum('i,i,i->i', x, y, z)", dict(x=f32(3), y=f32(3), z=f32(3))),
    ("tf.einsum('i,i,i', x, y, z)", dict(x=f32(3), y=f32(3), z=f32(3))),
    ("tf.einsum('i,j,k->kji', x, y, z)", dict(x=f32(3), y=f32(2), z=f32(4))),
    ("tf.einsum('ab,b,c,cd->da', w, x, y, z)", dict(w=f32(2, 3), x=f32(3), y=f32(4), z=f32(4, 5))),
    ("tf.einsum('abc,cd,bd,ae->e', w, x, y, z)", dict(w=f32(2, 3, 4), x=f32(4, 5), y=f32(3, 5), z=f32(2, 6))),
    (
        "tf.einsum('bij,bjk,bkl,blm->bim', w, x, y, z)",
        dict(w=f32(2, 3, 4), x=f32(2, 4, 5), y=f32(2, 5, 6), z=f32(2, 6, 7)),
    ),
    ("tf.einsum('...ij,...jk,k->...i', x, y, z)", dict(x=f32(2, 3, 4), y=f32(2, 4, 5), z=f32(5)), {"rtol": 1e-5}),
    ("tf.einsum('ij,ij,jk,jk,k->i', x, x, y, y, z)", dict(x=f32(2, 3), y=f32(3, 4), z=f32(4))),
    ("tf.einsum('ij,jk->iz', x, y)", dict(x=f32(2, 3), y=f32(3, 4)), {"raises": True}),
    ("tf.einsum('ij,jk->ii', x, y)", dict(x=f32(2, 3), y=f32(3, 4)), {"raises": True}),
    ("tf.einsum('ij->i', x, x)", dict(x=f32(2, 3)), {"raises": True}),
    ("tf.einsum('i1->i', x)", dict(x=f32(2, 3)), {"raises": True}),
    ("tf.tensordot(x, y, 1)", dict(x=f32(2, 3), y=f32(3, 4))),
    ("tf.tensordot(x, y, axes=2, name='t')", dict(x=f64(5, 2, 3), y=f64(2, 3, 4))),
    ("tf.tensordot(x, y, 0)", dict(x=i32(2), y=i32(3))),
    ("tf.tensordot(x, y, [[0], [1]])", dict(x=f32(3, 2), y=f32(4, 3))),
    ("tf.linalg.tensordot(x, y, [-1, 0])", dict(x=f32(5, 2, 3), y=f32(3, 4))),
    ("tf.tensordot(x, y, ((1, 2), (1, 0)))", dict(x=f32(5, 2, 3), y=f32(3, 2, 4))),
    ("tf.tensordot(x, y, a)", dict(x=f32(5, 2, 3), y=f32(3, 4), a=const([[2], [0]], "int32"))),
    ("tf.tensordot(x, y, 3)", dict(x=f32(2, 3), y=f32(3, 4)), {"raises": True}),
    ("tf.tensordot(x, y, [[0, 1], [0]])", dict(x=f32(2, 3), y=f32(2, 4)), {"raises": True}),
]
