import tensorflow as tf

SKIP = {"tf2.4": "Java has no type for int16"}
INPUTS = {"lines": [["1,2.5,a", "3,,b"], ["7,1.0,", ",0.5,z", "0,0,q"], ["5,5,e"]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([None], tf.string)])
    def f(self, x, lines):
        number, ratio, name = tf.io.decode_csv(lines, record_defaults=[[0], [1.5], tf.constant(["none"])])
        text = tf.io.serialize_tensor(x)
        return {
            "back": tf.io.parse_tensor(text, out_type=tf.float32), "number": number, "ratio": ratio, "name": name,
            "shorts": tf.io.decode_raw(["abcd", "efgh"], tf.int16, little_endian=False),
            "padded": tf.io.decode_raw(lines, tf.uint8, fixed_length=8),
            "columns": tf.io.decode_csv(lines, [[""], ["0"], [""]], select_cols=[0, 1, 2])[1],
        }


def build():
    return Model()
