"""A SavedModel on disk: its messages, and the objects by path."""

import collections
import pathlib

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2, trackable_object_graph_pb2

from suite import graphs
from suite.callfile import OBJECT_GRAPH


class Saved:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.proto = saved_model_pb2.SavedModel.FromString((self.directory / "saved_model.pb").read_bytes())
        self.meta_graph = self.proto.meta_graphs[0]
        self.graph = self.meta_graph.graph_def
        self.objects = self.meta_graph.object_graph_def
        self.model = graphs.Model(self.graph)
        self.prefix = str(self.directory / "variables" / "variables")

    def paths(self):
        """(path, id) of every object, breadth first, each object once; a path is a tuple of child names."""
        queue, seen = collections.deque([((), 0)]), {0}
        while queue:
            path, index = queue.popleft()
            yield path, index
            for child in self.objects.nodes[index].children:
                if child.node_id not in seen:
                    seen.add(child.node_id)
                    queue.append((path + (child.local_name,), child.node_id))

    def checkpoint(self):
        """(tensors by key, the object graph) of variables/."""
        reader = tf.train.load_checkpoint(self.prefix)
        tensors = {k: reader.get_tensor(k) for k in reader.get_variable_to_shape_map()}
        graph = tensors.pop(OBJECT_GRAPH)
        return tensors, trackable_object_graph_pb2.TrackableObjectGraph.FromString(graph)

    def saver_nodes(self):
        """The nodes that only saving and restoring need, by name."""
        saver = self.meta_graph.saver_def
        names = [n.partition(":")[0] for n in (saver.filename_tensor_name, saver.save_tensor_name, saver.restore_op_name) if n]
        nodes = {n.name: n for n in self.graph.node}
        found = set(names)
        for name in names:
            found |= {i for i in nodes[name].input if nodes[i.partition(":")[0]].op in ("Const", "Placeholder")} \
                if name in nodes else set()
        return found


def attribute(root, path):
    """The loaded object at a path."""
    for name in path:
        if isinstance(root, (list, tuple)):
            root = root[int(name)]
        elif isinstance(root, dict):
            root = root[name]
        else:
            root = getattr(root, name)
    return root


def dotted(path):
    return ".".join(path) or "root"
