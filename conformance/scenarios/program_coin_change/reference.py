import tensorflow as tf

INPUTS = {"coins": [[1, 2, 5], [3], [2, 4]], "target": [11, 7, 6]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.int32)])
    def f(self, coins, target):
        many = target + 1
        fewest = tf.concat([[0], tf.fill([target], many)], 0)
        for coin in coins:
            for value in tf.range(coin, target + 1):
                count = fewest[value - coin] + 1
                if count < fewest[value]:
                    fewest = tf.tensor_scatter_nd_update(fewest, [[value]], [count])
        return {"coins": tf.where(fewest[target] >= many, -1, fewest[target]), "all": fewest}


def build():
    return Model()
