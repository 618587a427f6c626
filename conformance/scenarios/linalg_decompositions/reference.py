import tensorflow as tf

RTOL = 1e-4
ATOL = 1e-4


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([3, 3], tf.float32)])
    def f(self, x):
        a = tf.matmul(x, x, transpose_b=True) + 2. * tf.eye(3)
        l = tf.linalg.cholesky(a)
        q, r = tf.linalg.qr(x)
        lu, p = tf.linalg.lu(a)
        w, v = tf.linalg.eigh(a)
        s = tf.linalg.svd(x, compute_uv=False)
        return {
            "cholesky": l, "qr": q @ r, "lu": lu, "permutation": p, "values": w,
            "again": v @ tf.linalg.diag(w) @ tf.transpose(v), "singular": s, "det": tf.linalg.det(a),
            "logdet": tf.linalg.logdet(a), "sign": tf.linalg.slogdet(a)[0], "inverse": tf.linalg.inv(a),
            "root": tf.linalg.sqrtm(a), "expm": tf.linalg.expm(x / 10.), "rank": tf.linalg.matrix_rank(a),
            "only": tf.linalg.eigvalsh(a),
        }


def build():
    return Model()
