"""Wrong ONNX models, and ones that only look wrong."""

import numpy as np
import onnx
from entry import Refused, Taken
from onnx import TensorProto, helper, numpy_helper

RNG = np.random.default_rng(2024)


def floats(*shape):
    return RNG.uniform(-1, 1, shape).astype(np.float32)


def value(name, shape, dtype=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def file_of(graph, opset=17, ir=8, domains=()):
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(d, 1) for d in domains)]
    return helper.make_model(graph, ir_version=ir, opset_imports=imports).SerializeToString()


def model(nodes, inputs, outputs, constants=None, **versions):
    """`inputs`, `outputs`: {name: shape or (shape, type)}; `constants`: {name: array}."""
    def values(named):
        return [value(name, *(spec if isinstance(spec, tuple) else (spec,)))
                for name, spec in named.items()]
    initializers = [numpy_helper.from_array(np.asarray(array), name)
                    for name, array in (constants or {}).items()]
    return file_of(helper.make_graph(nodes, "g", values(inputs), values(outputs), initializers),
                   **versions)


def node(op, inputs, outputs="y", name="n", **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), name=name, **attributes)


def one(op, inputs, in_shapes, constants=None, out=None, **attributes):
    """A model of one node that writes y."""
    return model([node(op, inputs, **attributes)], in_shapes, {"y": out}, constants)


def conv(in_channels=4, weights=(6, 2, 3, 3), **attributes):
    return one("Conv", "x w", {"x": [1, in_channels, 8, 8]}, {"w": floats(*weights)}, **attributes)


def conv_with_weights_from_a_node():
    return model([node("Mul", "w w", "w2", "square"), node("Conv", "x w2", name="conv")],
                 {"x": [1, 1, 8, 8], "w": [2, 1, 3, 3]}, {"y": None})


def reshape_by_data():
    return model([node("Cast", "s", "shape", "to_int", to=TensorProto.INT64),
                  node("Reshape", "x shape", name="reshape")], {"x": [2, 6], "s": [2]}, {"y": None})


def external_weights():
    weights = numpy_helper.from_array(floats(4, 4), "w")
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    entry = weights.external_data.add()
    entry.key, entry.value = "location", "model.onnx.data"
    return file_of(helper.make_graph([node("MatMul", "x w", name="dense")], "g",
                                     [value("x", [1, 4])], [value("y", None)], [weights]))


def loop():
    body = helper.make_graph([node("Identity", "c", "c2", "i"), node("Neg", "v", "v2", "neg")], "body",
                             [value("i", [], TensorProto.INT64), value("c", [], TensorProto.BOOL),
                              value("v", [2])],
                             [value("c2", [], TensorProto.BOOL), value("v2", [2])])
    return model([node("Loop", "count cond x", name="steps", body=body)], {"x": [2]}, {"y": [2]},
                 {"count": np.int64(3), "cond": np.array(True)})


def scan():
    body = helper.make_graph([node("Add", "s v", "s2", "add"), node("Identity", "s2", "o", "id")],
                             "body", [value("s", [2]), value("v", [2])],
                             [value("s2", [2]), value("o", [2])])
    return model([node("Scan", "start x", "last y", "rnn", body=body, num_scan_inputs=1)],
                 {"x": [3, 2]}, {"y": [3, 2]}, {"start": np.zeros(2, np.float32)})


def branch(constants=None, inputs=None):
    def body(op):
        return helper.make_graph([node(op, "x", "out", op.lower())], op, [], [value("out", [2])])
    return model([node("If", "cond", name="choice", then_branch=body("Exp"),
                       else_branch=body("Neg"))], {"x": [2], **(inputs or {})}, {"y": [2]}, constants)


def sparse_weights():
    values = numpy_helper.from_array(np.float32([1, 2]), "w")
    indices = numpy_helper.from_array(np.int64([0, 3]), "w_indices")
    graph = helper.make_graph([node("Add", "x w")], "g", [value("x", [4])], [value("y", [4])])
    graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, [4]))
    return file_of(graph)


def sequence_input():
    graph = helper.make_graph([node("SequenceAt", "xs i", name="at")], "g",
                              [helper.make_tensor_sequence_value_info("xs", TensorProto.FLOAT, [2]),
                               value("i", [], TensorProto.INT64)], [value("y", [2])])
    return file_of(graph)


def quantized_weights(axis=0, scales=(0.1, 0.2, 0.3), zeros=(0, 0, 0)):
    """Weights of 3 channels through DequantizeLinear."""
    return model([node("DequantizeLinear", "q s z", "w", "dequantize", axis=axis),
                  node("Conv", "x w", name="conv")], {"x": [1, 2, 8, 8]}, {"y": None},
                 {"q": np.ones((3, 2, 3, 3), np.int8), "s": np.float32(scales),
                  "z": np.int8(zeros)})


def with_subgraph_free_dropout():
    return one("Dropout", "x ratio training", {"x": [4]},
               {"ratio": np.float32(0.3), "training": np.array(True)}, name="drop")


def batch_norm_in_training():
    names = ("scale", "bias", "mean", "variance")
    return model([node("BatchNormalization", "x scale bias mean variance", "y m v", "bn",
                       training_mode=1)], {"x": [1, 3, 4, 4]}, {"y": None, "m": None, "v": None},
                 {name: np.ones(3, np.float32) for name in names})


def recurrent():
    return one("LSTM", "x w r", {"x": [5, 1, 3]}, {"w": floats(1, 8, 3), "r": floats(1, 8, 2)},
               name="lstm", hidden_size=2, activations=["Sigmoid", "Gelu", "Tanh"])


def wide_dense():
    return one("Gemm", "x w", {"x": [1, 1024]}, {"w": floats(1024, 512)}, name="dense")


REFUSED = [
    Refused("onnx_group_does_not_divide", lambda: conv(name="conv", group=3), "UNSUPPORTED_ATTRIBUTE",
            "'conv'", "Conv", "group", "is 3", "divisor of the input's 4 channels",
            "Choose numbers of channels"),
    Refused("onnx_negative_pads", lambda: conv(name="conv", group=2, pads=[-1, 0, 0, 0]),
            "UNSUPPORTED_ATTRIBUTE", "'conv'", "Conv", "pads", "[-1, 0, 0, 0]",
            "4 numbers of 0 to 65535", "Slice in front"),
    Refused("onnx_weights_are_an_input",
            lambda: one("Conv", "x w", {"x": [1, 1, 8, 8], "w": [2, 1, 3, 3]}, name="conv"),
            "UNSUPPORTED_ATTRIBUTE", "'conv'", "Conv", "input W (the weights)", "'w'",
            "known when compiling", "--option freeze.w=FILE.npy"),
    Refused("onnx_weights_are_computed", conv_with_weights_from_a_node, "UNSUPPORTED_ATTRIBUTE",
            "'conv'", "Conv", "input W (the weights)", "'w2'", "known when compiling",
            "Make it a constant"),
    Refused("onnx_reshape_by_data", reshape_by_data, "UNSUPPORTED_ATTRIBUTE", "'reshape'", "Reshape",
            "input shape", "'shape'", "known when compiling", "Make it a constant"),
    Refused("onnx_reshape_does_not_divide",
            lambda: one("Reshape", "x s", {"x": [2, 6]}, {"s": np.int64([5, -1])}, name="reshape"),
            "SHAPE_MISMATCH", "'reshape'", "Reshape", "input shape", "[5, -1]",
            "supported are shapes of 12 elements", "dynamic batch dimension"),
    Refused("onnx_reshape_to_more_than_64_bits",
            lambda: one("Reshape", "x s", {"x": [2, 6]},
                        {"s": np.int64([536870911, 127, 536870911, -1])}, name="reshape"),
            "SHAPE_MISMATCH", "'reshape'", "Reshape", "input shape", "[536870911, 127, 536870911, -1]",
            "supported are shapes of 12 elements", "dynamic batch dimension"),
    Refused("onnx_einsum_diagonal",
            lambda: one("Einsum", "x", {"x": [3, 3]}, name="trace", equation="ii->i"),
            "UNSUPPORTED_ATTRIBUTE", "'trace'", "Einsum", "equation", "ii->i",
            "without repeated letters", "Write it as MatMul"),
    Refused("onnx_batch_norm_in_training", batch_norm_in_training, "UNSUPPORTED_ATTRIBUTE", "'bn'",
            "BatchNormalization", "training_mode", "is 1", "supported is 0", "model.eval()"),
    Refused("onnx_dropout_in_training", with_subgraph_free_dropout, "UNSUPPORTED_ATTRIBUTE", "'drop'",
            "Dropout", "training_mode", "true", "supported is false", "model.eval()"),
    Refused("onnx_external_weights", external_weights, "EXTERNAL_DATA", "'dense'", "MatMul",
            "tensor 'w'", "'model.onnx.data'", "weights inside", "save_as_external_data=False"),
    Refused("onnx_open_image_size",
            lambda: one("Relu", "image", {"image": ["N", 3, "height", "width"]}), "OPEN_SHAPE",
            "input 'image'", None, "dimension 2", "Nx3xheightxwidth", "supported are fixed shapes",
            "--option shape.image="),
    Refused("onnx_foreign_operator",
            lambda: model([node("FusedThing", "x", name="fused", domain="com.acme")], {"x": [2]},
                          {"y": [2]}, domains=["com.acme"]),
            "UNSUPPORTED_OPERATOR", "'fused'", "FusedThing", "domain", "'com.acme'",
            "edgerack-compile ops lists", "Export the model without it"),
    Refused("onnx_unsupported_operator",
            lambda: model([node("GridSample", "x grid", name="warp")],
                          {"x": [1, 1, 4, 4], "grid": [1, 4, 4, 2]}, {"y": None}),
            "UNSUPPORTED_OPERATOR", "'warp'", "GridSample", None, None,
            "edgerack-compile ops lists", "Replace it in the model"),
    Refused("onnx_non_max_suppression",
            lambda: model([node("NonMaxSuppression", "boxes scores", name="nms")],
                          {"boxes": [1, 9, 4], "scores": [1, 1, 9]},
                          {"y": (None, TensorProto.INT64)}),
            "UNSUPPORTED_OPERATOR", "'nms'", "NonMaxSuppression", None, None,
            "edgerack-compile ops lists", "end the model before it"),
    Refused("onnx_loop", loop, "UNSUPPORTED_OPERATOR", "'steps'", "Loop", None, None,
            "edgerack-compile ops lists", "loop unrolled"),
    Refused("onnx_scan", scan, "UNSUPPORTED_OPERATOR", "'rnn'", "Scan", None, None,
            "edgerack-compile ops lists", "loop unrolled"),
    Refused("onnx_if_by_data", lambda: branch(inputs={"cond": ([], TensorProto.BOOL)}),
            "UNSUPPORTED_OPERATOR", "'choice'", "If", "input cond", "'cond'", "a constant condition",
            "with the branch chosen"),
    Refused("onnx_sparse_weights", sparse_weights, "UNSUPPORTED_TYPE", "initializer 'w'", None, None,
            "stored sparse", "dense weights", "Export the model with them"),
    Refused("onnx_float16_activations",
            lambda: model([node("Relu", "x")], {"x": ([4], TensorProto.FLOAT16)},
                          {"y": ([4], TensorProto.FLOAT16)}),
            "UNSUPPORTED_TYPE", "input 'x'", None, "element type", "FLOAT16", "supported are FLOAT, INT8",
            "model.float()"),
    Refused("onnx_cast_to_double",
            lambda: model([node("Cast", "x", name="cast", to=TensorProto.DOUBLE)], {"x": [4]},
                          {"y": ([4], TensorProto.DOUBLE)}),
            "UNSUPPORTED_ATTRIBUTE", "'cast'", "Cast", "attribute to", "DOUBLE",
            "supported are FLOAT, INT8", "model.float()"),
    Refused("onnx_texts",
            lambda: model([node("StringNormalizer", "x")], {"x": ([4], TensorProto.STRING)},
                          {"y": ([4], TensorProto.STRING)}),
            "UNSUPPORTED_TYPE", "input 'x'", None, "element type", "STRING", "supported are FLOAT, INT8",
            "Export the model with one of them"),
    Refused("onnx_sequence", sequence_input, "UNSUPPORTED_TYPE", "input 'xs'", None, None, "sequence",
            "supported are tensors", "Export the model with tensors"),
    Refused("onnx_opset_21", lambda: model([node("Relu", "x")], {"x": [4]}, {"y": [4]}, opset=21, ir=10),
            "UNSUPPORTED_MODEL_VERSION", None, None, "opset", "version 21", "1 to 20", "opset 17"),
    Refused("onnx_ir_version_11", lambda: model([node("Relu", "x")], {"x": [4]}, {"y": [4]}, ir=11),
            "UNSUPPORTED_MODEL_VERSION", None, None, "IR version", "11", "3 to 10",
            "model.ir_version = 9"),
    Refused("onnx_non_zero_of_data", lambda: one("NonZero", "x", {"x": [4]}, name="positions"),
            "UNSUPPORTED_ATTRIBUTE", "'positions'", "NonZero", "input X", "'x'", "known when compiling",
            "--option freeze.x"),
    Refused("onnx_top_k_by_data",
            lambda: model([node("TopK", "x k", "y i", "best")],
                          {"x": [9], "k": ([1], TensorProto.INT64)},
                          {"y": None, "i": (None, TensorProto.INT64)}),
            "UNSUPPORTED_ATTRIBUTE", "'best'", "TopK", "input K", "'k'", "known when compiling",
            "--option freeze.k"),
    Refused("onnx_scales_on_the_wrong_axis", lambda: quantized_weights(axis=1),
            "UNSUPPORTED_QUANTIZATION", "'dequantize'", "DequantizeLinear", "attribute axis",
            "is 1 with 3 scales", "one scale, or one for each element", "Quantize the model again"),
    Refused("onnx_scale_of_zero", lambda: quantized_weights(scales=(0.1, 0.0, 0.3)),
            "UNSUPPORTED_QUANTIZATION", "'dequantize'", "DequantizeLinear", "input 1", "0.000000",
            "scales above 0", "Calibrate the model again"),
    Refused("onnx_too_few_zero_points", lambda: quantized_weights(zeros=(0,)),
            "UNSUPPORTED_QUANTIZATION", "'dequantize'", "DequantizeLinear", "3 scales", "1 zero points",
            "one for each scale", "Quantize the model again"),
    Refused("onnx_positions_of_a_max_pool",
            lambda: model([node("MaxPool", "x", "y where", "pool", kernel_shape=[2, 2])],
                          {"x": [1, 1, 4, 4]}, {"y": None, "where": (None, TensorProto.INT64)}),
            "UNSUPPORTED_OPERATOR", "'pool'", "MaxPool", "output 1", "'where'", "supported is output 0",
            "Use the model without it"),
    Refused("onnx_activation_of_an_lstm", recurrent, "UNSUPPORTED_ATTRIBUTE", "'lstm'", "LSTM",
            "activations", "Gelu", "supported are Affine, Elu", "Train the layer with one of these"),
    Refused("onnx_resize_of_three_dimensions",
            lambda: one("Resize", "x roi scales", {"x": [1, 2, 4, 4]},
                        {"roi": np.float32([]), "scales": np.float32([1, 2, 2, 2])}, name="up"),
            "UNSUPPORTED_ATTRIBUTE", "'up'", "Resize", "scales", "3 dimensions",
            "supported are at most 2", "Resize in two nodes"),
    Refused("onnx_pad_mode",
            lambda: one("Pad", "x p", {"x": [4]}, {"p": np.int64([1, 1])}, name="pad", mode="mirror"),
            "UNSUPPORTED_ATTRIBUTE", "'pad'", "Pad", "mode", "mirror", "constant, reflect, edge and wrap",
            "Pad with one of these"),
    Refused("onnx_gather_at_a_real_number",
            lambda: one("Gather", "x i", {"x": [4]}, {"i": np.float32(1)}, name="pick"),
            "UNSUPPORTED_TYPE", "'pick'", "Gather", "input indices", "float32", "lists of integers",
            "Export the model again"),
    Refused("onnx_one_hot_without_depth",
            lambda: one("OneHot", "i d v", {"i": ([3], TensorProto.INT64)},
                        {"d": np.zeros(0, np.float32), "v": np.float32([0, 1])}, name="hot"),
            "UNSUPPORTED_SHAPE", "'hot'", "OneHot", "input 1", "has no elements ([0])",
            "dimensions of at least 1", "Export the model with fixed shapes"),
    Refused("onnx_seven_dimensions",
            lambda: one("Unsqueeze", "x a", {"x": [2, 2, 2, 2, 2, 2]}, {"a": np.int64([0])},
                        name="more"),
            "UNSUPPORTED_SHAPE", "'more'", "Unsqueeze", None, "7 dimensions", "at most 6",
            "Join some of them"),
    Refused("onnx_matrices_do_not_fit",
            lambda: one("MatMul", "x w", {"x": [1, 3]}, {"w": floats(4, 5)}, name="dense"),
            "SHAPE_MISMATCH", "'dense'", "MatMul", None, "1x3 by 4x5", "inner dimensions agree",
            "Check the shapes"),
    Refused("onnx_attribute_of_a_newer_opset",
            lambda: one("Relu", "x", {"x": [4]}, name="relu", alpha=0.1), "UNSUPPORTED_ATTRIBUTE",
            "'relu'", "Relu", "attribute alpha", "0.1", "gives Relu in opset 17",
            "Export the model again"),
    Refused("onnx_cut_off", lambda: conv(group=2)[:-40], "BAD_MODEL_FILE", None, None, None,
            "bytes that do not parse", None, "copy or export it again"),
    Refused("onnx_too_large_for_the_flash", wide_dense, "DOES_NOT_FIT", "'dense'", "fully_connected",
            "FLASH", "2097152 bytes", "of 917504 bytes", "int8 instead of float32"),
]


def relu(x):
    return np.maximum(x, 0)


X = floats(2, 6)
IMAGE = floats(1, 2, 5, 5)
VOLUME = floats(1, 2, 3, 4, 5)


def dynamic_shape():
    """What PyTorch writes for x.view(x.shape[0], -1)."""
    return model([node("Shape", "x", "s", "shape"), node("Gather", "s zero", "n", "gather"),
                  node("Unsqueeze", "n zero1", "n1", "unsqueeze"),
                  node("Concat", "n1 rest", "target", "concat", axis=0),
                  node("Reshape", "x target", "y", "reshape")], {"x": [1, 2, 5, 5]}, {"y": None},
                 {"zero": np.int64(0), "zero1": np.int64([0]), "rest": np.int64([-1])})


def pad(array, constants, inputs="x p", **attributes):
    return one("Pad", inputs, {"x": list(array.shape)}, constants, **attributes)


def clip_bounds_through_dequantize():
    return model([node("DequantizeLinear", "lo s z", "low", "low"),
                  node("DequantizeLinear", "hi s z", "high", "high"),
                  node("Clip", "x low high", "y", "clip")], {"x": [2, 6]}, {"y": [2, 6]},
                 {"lo": np.int8(-20), "hi": np.int8(10), "s": np.float32(0.02), "z": np.int8(0)})


def gemm_with_activation():
    return model([node("Mul", "x w", "c", "mul"), node("Gemm", "x m c", "y", "gemm", beta=0.5)],
                 {"x": [2, 6]}, {"y": None}, {"w": W, "m": M})


W = floats(6)
M = floats(6, 6)
BATCH = floats(3, 2, 4), floats(3, 4, 5)
PRIME = floats(257, 4, 1, 1), floats(1, 4, 3, 3)
KWS = floats(1, 2, 50, 11)
HALF = floats(6, 3).astype(np.float16)


def quantized(x, scale, zero, dtype):
    info = np.iinfo(dtype)
    return np.clip(np.rint(x / np.float32(scale)) + zero, info.min, info.max).astype(dtype)


Q_A, Q_B = (quantized(floats(4, 8), 0.01, 128, np.uint8) for _ in range(2))


def residual(a_scale=0.01, b_scale=0.04, y_scale=0.05):
    """uint8 activations, and operands of an Add with different scales."""
    names = [node("DequantizeLinear", "a sa z", "fa", "da"), node("DequantizeLinear", "b sb z", "fb", "db"),
             node("Add", "fa fb", "sum", "add"), node("QuantizeLinear", "sum sy z", "y", "q")]
    types = {name: ([4, 8], TensorProto.UINT8) for name in "ab"}
    return model(names, types, {"y": ([4, 8], TensorProto.UINT8)},
                 {"sa": np.float32(a_scale), "sb": np.float32(b_scale), "sy": np.float32(y_scale),
                  "z": np.uint8(128)})


def residual_sum():
    real = np.float32(0.01) * (Q_A.astype(np.int32) - 128) + np.float32(0.04) * (
        Q_B.astype(np.int32) - 128)
    return np.clip(np.rint(real / 0.05) + 128, 0, 255).astype(np.uint8)


TAKEN = [
    Taken("onnx_reshape_allowzero",
          lambda: one("Reshape", "x s", {"x": [2, 6]}, {"s": np.int64([3, 4])}, allowzero=1),
          {"x": X}, (X.reshape(3, 4),)),
    Taken("onnx_reshape_to_one_dimension",
          lambda: one("Reshape", "x s", {"x": [2, 6]}, {"s": np.int64([-1])}), {"x": X}, (X.ravel(),)),
    Taken("onnx_reshape_by_computed_shape", dynamic_shape, {"x": IMAGE}, (IMAGE.reshape(1, -1),)),
    Taken("onnx_slice_to_the_end",
          lambda: one("Slice", "x b e a s", {"x": [2, 6]},
                      {"b": np.int64([-1, 1]), "e": np.int64([-2**63, 2**63 - 1]),
                       "a": np.int64([0, 1]), "s": np.int64([-1, 2])}),
          {"x": X}, (X[::-1, 1::2],)),
    Taken("onnx_einsum", lambda: one("Einsum", "a b", {"a": [3, 2, 4], "b": [3, 4, 5]},
                                     equation="bij,bjk->bik"),
          {"a": BATCH[0], "b": BATCH[1]}, (BATCH[0] @ BATCH[1],), 1e-6),
    Taken("onnx_pad_of_five_dimensions",
          lambda: pad(VOLUME, {"p": np.int64([0, 0, 1, 0, 2, 0, 0, 0, 1, 1])}), {"x": VOLUME},
          (np.pad(VOLUME, ((0, 0), (0, 0), (1, 0), (0, 1), (2, 1))),)),
    Taken("onnx_pad_with_an_absent_value",
          lambda: model([helper.make_node("Pad", ["x", "p", ""], ["y"], name="n")], {"x": [2, 6]},
                        {"y": None}, {"p": np.int64([0, 1, 0, 1])}),
          {"x": X}, (np.pad(X, ((0, 0), (1, 1))),)),
    Taken("onnx_pad_with_an_empty_value",
          lambda: pad(X, {"p": np.int64([0, 1, 0, 1]), "v": np.zeros(0, np.float32)}, "x p v"),
          {"x": X}, (np.pad(X, ((0, 0), (1, 1))),)),
    Taken("onnx_gemm_with_an_activation_as_c", gemm_with_activation, {"x": X},
          (X @ M + 0.5 * X * W,), 1e-6),
    Taken("onnx_clip_bounds_through_dequantize", clip_bounds_through_dequantize, {"x": X},
          (np.clip(X, np.float32(-0.4), np.float32(0.2)),), 1e-7),
    Taken("onnx_bool_output",
          lambda: model([node("Greater", "x zero")], {"x": [2, 6]}, {"y": ([2, 6], TensorProto.BOOL)},
                        {"zero": np.float32(0)}), {"x": X}, (X > 0,)),
    Taken("onnx_ir_version_10", lambda: model([node("Relu", "x")], {"x": [2, 6]}, {"y": [2, 6]}, ir=10),
          {"x": X}, (relu(X),)),
    Taken("onnx_open_batch", lambda: model([node("Relu", "x")], {"x": ["N", 6]}, {"y": ["N", 6]}),
          {"x": X[:1]}, (relu(X[:1]),)),
    Taken("onnx_open_size_by_option",
          lambda: one("Relu", "x", {"x": ["N", "length"]}), {"x": X}, (relu(X),),
          options=("--option", "shape.x=2x6")),
    Taken("onnx_uint8_residual", residual, {"a": Q_A, "b": Q_B}, (residual_sum(),), 1.0),
    Taken("onnx_one_minus_x",
          lambda: one("Sub", "one x", {"x": [2, 6]}, {"one": np.float32(1)}), {"x": X}, (1 - X,)),
    Taken("onnx_prime_number_of_channels",
          lambda: one("Conv", "x w", {"x": [1, 4, 3, 3]}, {"w": PRIME[0]}), {"x": PRIME[1]},
          (np.einsum("oi,nihw->nohw", PRIME[0][:, :, 0, 0], PRIME[1]),), 1e-6),
    Taken("onnx_pool_over_50_by_11", lambda: one("GlobalAveragePool", "x", {"x": [1, 2, 50, 11]}),
          {"x": KWS}, (KWS.mean((2, 3), keepdims=True),), 1e-6),
    Taken("onnx_if_with_a_constant", lambda: branch({"cond": np.array(True)}), {"x": X[0, :2]},
          (np.exp(X[0, :2]),), 1e-6),
    Taken("onnx_half_precision_weights",
          lambda: model([node("Cast", "h", "w", "cast", to=TensorProto.FLOAT),
                         node("MatMul", "x w", "y", "dense")], {"x": [2, 6]}, {"y": [2, 3]},
                        {"h": HALF}), {"x": X}, (X @ HALF.astype(np.float32),), 1e-6),
    Taken("onnx_non_zero_of_a_constant",
          lambda: model([node("NonZero", "c", "at", "nz"), node("Squeeze", "at a", "i", "squeeze"),
                         node("Gather", "x i", "y", "gather", axis=1)], {"x": [2, 6]}, {"y": None},
                        {"c": np.float32([0, 1, 0, 0, 2, 0]), "a": np.int64([0])}),
          {"x": X}, (X[:, [1, 4]],)),
    Taken("onnx_asymmetric_weights",
          lambda: model([node("DequantizeLinear", "q s z", "w", "dequantize"),
                         node("MatMul", "x w", "y", "dense")], {"x": [2, 6]}, {"y": None},
                        {"q": np.int8([[-3], [7], [100], [-100], [5], [0]]), "s": np.float32(0.02),
                         "z": np.int8(5)}),
          {"x": X}, (X @ (np.float32([[-8], [2], [95], [-105], [0], [-5]]) * np.float32(0.02)),),
          1e-5),
]
