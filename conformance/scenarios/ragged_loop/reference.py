import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def lengths(self, rt):
        return tf.cast(rt.row_lengths(), tf.float32)

    @tf.function
    def f(self, rt):
        sums = tf.map_fn(tf.reduce_sum, rt, fn_output_signature=tf.float32)
        firsts = tf.map_fn(lambda row: row[:1], rt)
        total = tf.constant(0.)
        for i in tf.range(rt.nrows(out_type=tf.int32)):
            if tf.size(rt[i]) > 1:
                total += rt[i][0]
        return {"means": sums / self.lengths(rt), "firsts": firsts, "total": total}


def build():
    model = Model()
    model.f.get_concrete_function(tf.RaggedTensorSpec([None, None], tf.float32))
    return model
