import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        width, name, ratio = 6, "layer", 0.123456
        texts = [
            f"{name}_{width:03d}", f"{ratio:.2%}|{ratio:8.3f}|{ratio:e}", f"{name!r:>10}", "%s-%d-%.1f" % (name, width, ratio), "{0}{1}{0}".format("a", "b"), "{k:>4}".format(k=name[:2]),
            name.upper().center(9, "*"), "a,b,,c".replace(",", ";").split(";")[-1], "  pad ".strip().title(), "x".join(["1", "2"]) * 2, name[::-1], "%05.1f%%" % 3.14159,
            str(x.dtype), f"{x.shape}", f"{[1, 2.0, 'c', None, True]}", "Größe".encode("utf-8").decode(), "end".ljust(5, ".") + "tab\tnew\\n", f"{1_000_000:,}", str({"k": (1,)}),
        ]
        assert name.startswith("lay") and name.endswith("er") and "ye" in name and name.find("z") == -1
        with tf.name_scope(f"{name}_{width}"):
            y = x * len(texts)
        return {"texts": tf.constant(texts), "y": y}


def build():
    return Model()
