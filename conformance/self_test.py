"""Damages SavedModels in one place each, and asks whether the comparison notices: a test of the conformance suite itself.

    python conformance/self_test.py

Closes with "N passed, N failed".
"""

import logging
import os
import pathlib
import shutil
import sys
import tempfile
import types

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from suite import calls, checkpoint, interface, objects
from suite.saved import Saved
from suite.scenario import SETTINGS


def function(meta_graph, text):
    """The first function whose name contains a text."""
    return next(f for f in meta_graph.graph_def.library.function if text in f.signature.name)


def node(nodes, op):
    return next(n for n in nodes if n.op == op)


def swap_inputs(m):
    n = node(function(m, "inference_f_").node_def, "Sub")
    first, second = n.input[:2]
    n.input[0], n.input[1] = second, first


def other_op(m):
    node(function(m, "inference_f_").node_def, "Sub").op = "Mul"


def no_control_input(m):
    for n in function(m, "inference_f_").node_def:
        kept = [i for i in n.input if not i.startswith("^")]
        if len(kept) < len(n.input):
            del n.input[:]
            n.input.extend(kept)
            return


def attribute(m):
    node(function(m, "inference_f_").node_def, "Const").attr["value"].tensor.float_val[:] = [0.75]


def default_attribute(m):
    node(function(m, "inference_f_").node_def, "Sum").attr["keep_dims"].b = False


def device(m):
    node(function(m, "inference_f_").node_def, "Sub").device = "/device:GPU:0"


def called_function(m):
    node(function(m, "inference_inner_").node_def, "AddV2").op = "Sub"


def argument_name(m):
    function(m, "inference_f_").arg_attr[0].attr["_user_specified_name"].s = b"other"


def output_shape(m):
    node(function(m, "inference_f_").node_def, "Sub").attr["_output_shapes"].list.shape[0].unknown_rank = True


def shared_name(m):
    node(m.graph_def.node, "VarHandleOp").attr["shared_name"].s = b"other"


def placeholder(m):
    node(m.graph_def.node, "Placeholder").attr["shape"].shape.unknown_rank = True


def child_name(m):
    m.object_graph_def.nodes[0].children[0].local_name = "other"


def child_order(m):
    children = m.object_graph_def.nodes[0].children
    children.sort(key=lambda c: -c.node_id)


def trainable(m):
    v = next(n.variable for n in m.object_graph_def.nodes if n.WhichOneof("kind") == "variable")
    v.trainable = not v.trainable


def captures(m):
    bound = next(c.bound_inputs for c in m.object_graph_def.concrete_functions.values() if len(c.bound_inputs) > 1)
    bound[0], bound[1] = bound[1], bound[0]


def argument_spec(m):
    f = next(n.function for n in m.object_graph_def.nodes if n.WhichOneof("kind") == "function")
    f.function_spec.fullargspec.named_tuple_value.values[0].value.list_value.values[0].string_value = "other"


def no_trace(m):
    del next(n.function for n in m.object_graph_def.nodes if n.WhichOneof("kind") == "function").concrete_functions[:]


def input_key(m):
    inputs = m.signature_def["serving_default"].inputs
    key = next(iter(inputs))
    inputs["other"].CopyFrom(inputs[key])
    del inputs[key]


def output_dtype(m):
    next(iter(m.signature_def["serving_default"].outputs.values())).dtype = tf.int32.as_datatype_enum


def method(m):
    m.signature_def["serving_default"].method_name = "other"


def tags(m):
    m.meta_info_def.tags.append("other")


def op_list(m):
    del m.meta_info_def.stripped_op_list.op[0]


def saver(m):
    m.saver_def.restore_op_name = ""


# damage → the check that must notice it
DAMAGES = {
    swap_inputs: interface.nodes, other_op: interface.nodes, no_control_input: interface.nodes, attribute: interface.nodes,
    device: interface.nodes, called_function: interface.nodes, argument_name: interface.nodes, shared_name: interface.nodes,
    placeholder: interface.nodes, child_name: objects.compare, child_order: objects.compare, trainable: objects.compare,
    captures: objects.compare, argument_spec: objects.compare, no_trace: objects.compare, input_key: interface.signature_defs,
    output_dtype: interface.signature_defs, method: interface.signature_defs, tags: interface.meta_info,
    op_list: interface.meta_info, saver: interface.meta_info,
    output_shape: lambda ours, theirs: interface.nodes(ours, theirs, shapes=True),
    default_attribute: lambda ours, theirs: interface.stripped(ours),
}


def numbers(ours, theirs):
    """What the checks that load both models found."""
    scenario = types.SimpleNamespace(name="self_test", **{**SETTINGS, "SIZES": [2]})
    a, b = (tf.saved_model.load(str(s.directory)) for s in (ours, theirs))
    both = calls.Calls(scenario, ours, theirs, a, b)
    return {"signatures": both.signatures(), "functions": both.functions(), "gradients": both.gradients(),
            "session": interface.session(scenario, ours, theirs)[0]}


class Model(tf.Module):
    def __init__(self):
        self.a = tf.Variable(1., name="a")
        self.b = tf.Variable([2., 3.], name="b")

    @tf.function
    def inner(self, x):
        return x + self.b

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        self.a.assign_add(tf.reduce_sum(x))
        return self.inner(x) - 0.5 * self.a


class Test:
    """A saved model, damaged copies of it, and what was noticed."""

    def __init__(self, work):
        self.whole, self.copy = work / "whole", work / "copy"
        self.module = Model()
        tf.saved_model.save(self.module, str(self.whole), self.module.f)
        self.theirs = Saved(self.whole)
        self.passed = self.failed = 0

    def damaged(self, change=None):
        shutil.copytree(self.whole, self.copy, dirs_exist_ok=True)
        path = self.copy / "saved_model.pb"
        proto = saved_model_pb2.SavedModel.FromString(path.read_bytes())
        if change:
            change(proto.meta_graphs[0])
        path.write_bytes(proto.SerializeToString())
        return Saved(self.copy)

    def expect(self, what, noticed):
        self.passed += bool(noticed)
        self.failed += not noticed
        if not noticed:
            print(f"FAIL {what}")


def main():
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as work:
        test = Test(pathlib.Path(work))
        for check in set(DAMAGES.values()):
            test.expect(f"an undamaged model is refused: {check.__name__}", not check(test.damaged(), test.theirs))
        for change, check in DAMAGES.items():
            test.expect(f"{change.__name__} is not noticed", check(test.damaged(change), test.theirs))
        test.expect("an undamaged model computes something else", not any(numbers(test.damaged(), test.theirs).values()))
        for name, lines in numbers(test.damaged(swap_inputs), test.theirs).items():
            test.expect(f"swapped inputs do not change the {name}", lines)
        test.expect("an undamaged checkpoint is refused", not checkpoint.compare(test.damaged(), test.theirs, False))
        test.module.a.assign(7.)
        tf.saved_model.save(test.module, str(test.copy), test.module.f)
        test.expect("another value is not noticed", checkpoint.compare(Saved(test.copy), test.theirs, False))
        test.expect("a missing variable is not noticed", checkpoint.restore(Saved(test.copy), tf.Module()))
    print(f"{test.passed} passed, {test.failed} failed")
    return 1 if test.failed else 0


if __name__ == "__main__":
    sys.exit(main())
