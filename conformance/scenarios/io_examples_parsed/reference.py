import tensorflow as tf


def _example(values, words, length):
    feature = {"values": tf.train.Feature(float_list=tf.train.FloatList(value=values)), "words": tf.train.Feature(bytes_list=tf.train.BytesList(value=words)),
               "index": tf.train.Feature(int64_list=tf.train.Int64List(value=range(length))), "weight": tf.train.Feature(float_list=tf.train.FloatList(value=[0.5] * length)),
               "many": tf.train.Feature(int64_list=tf.train.Int64List(value=range(length + 1))), "pieces": tf.train.Feature(float_list=tf.train.FloatList(value=values)),
               "counts": tf.train.Feature(int64_list=tf.train.Int64List(value=[1, 1]))}
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


INPUTS = {"serialized": [[_example([1., 2.], [b"a"], 2), _example([3., 4.], [], 1)], [_example([0., 1.], [b"b", b"c"], 0)] * 3, [_example([5., 6.], [b"d"], 3)]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def f(self, serialized):
        features = {
            "values": tf.io.FixedLenFeature([2], tf.float32),
            "words": tf.io.VarLenFeature(tf.string),
            "missing": tf.io.FixedLenFeature([], tf.int64, default_value=-7),
            "sparse": tf.io.SparseFeature(index_key="index", value_key="weight", dtype=tf.float32, size=5),
            "many": tf.io.RaggedFeature(tf.int64),
            "ragged": tf.io.RaggedFeature(tf.float32, value_key="pieces", partitions=[tf.io.RaggedFeature.RowLengths("counts")], row_splits_dtype=tf.int64),
        }
        parsed = tf.io.parse_example(serialized, features)
        single = tf.io.parse_single_example(serialized[0], {"values": features["values"], "words": features["words"]})
        return {
            "values": parsed["values"], "words": tf.sparse.to_dense(parsed["words"], default_value=""),
            "missing": parsed["missing"], "sparse": tf.sparse.to_dense(parsed["sparse"]),
            "many": parsed["many"].to_tensor(-1), "ragged": parsed["ragged"].flat_values, "one": single["values"],
            "one_words": single["words"].values,
        }


def build():
    return Model()
