import tensorflow as tf

SIZES = [2]
INPUTS = {"labels": [[[1, 2], [2, 0]]]}
RTOL = 1e-5


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([5, 2, 4], tf.float32), tf.TensorSpec([2, 2], tf.int32)])
    def f(self, logits, labels):
        lengths = tf.constant([5, 4])
        greedy, score = tf.nn.ctc_greedy_decoder(logits, lengths)
        beams, probabilities = tf.nn.ctc_beam_search_decoder(logits, lengths, beam_width=4, top_paths=2)
        return {
            "greedy": tf.sparse.to_dense(greedy[0], default_value=-1), "score": score, "best": beams[0].values,
            "probabilities": probabilities, "unique": tf.nn.ctc_unique_labels(labels)[0],
        }


def build():
    return Model()
