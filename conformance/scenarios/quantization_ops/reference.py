import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def f(self, x):
        low, high = tf.reduce_min(x) - 0.1, tf.reduce_max(x) + 0.1
        quantized = tf.quantization.quantize(x, -2., 2., tf.quint8)
        return {
            "args": tf.quantization.fake_quant_with_min_max_args(x, min=-1., max=1., num_bits=4),
            "vars": tf.quantization.fake_quant_with_min_max_vars(x, low, high),
            "channel": tf.quantization.fake_quant_with_min_max_vars_per_channel(x, [-1., -2., -3., -4.], [1., 2., 3., 4.], narrow_range=True),
            "both": tf.quantization.quantize_and_dequantize_v2(x, -1., 1., range_given=True),
            "back": tf.quantization.dequantize(quantized.output, quantized.output_min, quantized.output_max),
        }


def build():
    return Model()
