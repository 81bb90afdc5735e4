"""Wrong TensorFlow Lite models, and ones that only look wrong."""

import pathlib
import sys
import tempfile

import numpy as np
from entry import Refused, Taken

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "oracle"))

from tflite_writer import TfliteWriter  # noqa: E402

RNG = np.random.default_rng(2025)
CONV = {"options_type": "Conv2DOptions", "padding": "SAME", "stride_w": 1, "stride_h": 1}
DENSE = {"options_type": "FullyConnectedOptions"}


def model(build):
    """The bytes of what `build(writer)` adds; it returns the numbers of inputs and outputs."""
    def make():
        writer = TfliteWriter()
        inputs, outputs = build(writer)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "model.tflite")
            writer.write(path, inputs, outputs)
            return path.read_bytes()
    return make


def one(kind, shapes=((4,),), out=(4,), dtype="float32", q=None, out_q=None, options=None):
    """One operator on inputs x, x1, …; `q`: scale and zero point."""
    def build(w):
        def quantized(pair):
            return {"scales": [pair[0]], "zero_points": [pair[1]]} if pair else {}
        inputs = [w.tensor("x" if i == 0 else f"x{i}", shape, dtype, **quantized(q))
                  for i, shape in enumerate(shapes)]
        y = w.tensor("y", out, dtype, **quantized(out_q or q))
        w.operator(kind, 1, inputs, [y], **(options or {}))
        return inputs, [y]
    return model(build)


def custom(name):
    def build(w):
        x, y = w.tensor("x", (4,)), w.tensor("y", (4,))
        w.custom(name, [x], [y])
        return [x], [y]
    return model(build)


def conv(dtype="int8", weights=None, options=None, x=None):
    """A convolution of 4 channels to 3; `weights` and `x`: fields that differ from a right model."""
    def build(w):
        quantized = {"scales": [0.05], "zero_points": [3]}
        image = w.tensor("x", **{"shape": (1, 6, 6, 4), "dtype": dtype, **quantized, **(x or {})})
        kernel = w.tensor("w", **{"shape": (3, 1, 1, 4), "dtype": dtype, "data": np.ones((3, 1, 1, 4)),
                                  "scales": [0.1], **(weights or {})})
        bias = w.tensor("b", (3,), "int32", np.zeros(3))
        y = w.tensor("y", (1, 6, 6, 3), dtype, **quantized)
        w.operator("CONV_2D", 1, [image, kernel, bias], [y], **{**CONV, **(options or {})})
        return [image], [y]
    return model(build)


def float_conv(**options):
    def build(w):
        x = w.tensor("x", (1, 6, 6, 4))
        kernel = w.tensor("w", (3, 1, 1, 4), data=RNG.normal(size=(3, 1, 1, 4)))
        y = w.tensor("y", (1, 6, 6, 3))
        w.operator("CONV_2D", 1, [x, kernel], [y], **{**CONV, **options})
        return [x], [y]
    return model(build)


def half_weights(w):
    """Post-training float16: weights of half precision behind a DEQUANTIZE."""
    x, y = w.tensor("x", (1, 4)), w.tensor("y", (1, 3))
    half = w.tensor("w16", (3, 4), "float16", np.ones((3, 4)))
    full = w.tensor("w", (3, 4))
    w.operator("DEQUANTIZE", 1, [half], [full])
    w.operator("FULLY_CONNECTED", 1, [x, full], [y], **DENSE)
    return [x], [y]


def dense(out=(1, 3), weights_dtype="float32", options=None, **weights):
    def build(w):
        x, y = w.tensor("x", (1, 4)), w.tensor("y", out)
        kernel = w.tensor("w", (3, 4), weights_dtype, **{"data": np.ones((3, 4)), **weights})
        w.operator("FULLY_CONNECTED", 1, [x, kernel], [y], **{**DENSE, **(options or {})})
        return [x], [y]
    return model(build)


def computed_weights(w):
    x, kernel, y = w.tensor("x", (1, 4)), w.tensor("w", (3, 4)), w.tensor("y", (1, 3))
    w.operator("FULLY_CONNECTED", 1, [x, kernel], [y], **DENSE)
    return [x, kernel], [y]


def computed_perm(w):
    x, perm, y = w.tensor("x", (2, 3)), w.tensor("perm", (2,), "int32"), w.tensor("y", (3, 2))
    w.operator("TRANSPOSE", 1, [x, perm], [y])
    return [x, perm], [y]


def hybrid_product(w):
    x, y = w.tensor("x", (1, 2, 4)), w.tensor("y", (1, 2, 3))
    kernel = w.tensor("w", (4, 3), "int8", np.ones((4, 3)), scales=[0.1])
    w.operator("BATCH_MATMUL", 1, [x, kernel], [y], options_type="BatchMatMulOptions", adj_x=False)
    return [x], [y]


def reduce_int8(kind, q_out):
    def build(w):
        x = w.tensor("x", (2, 4), "int8", scales=[0.1], zero_points=[0])
        axis = w.tensor("axis", (1,), "int32", [1])
        y = w.tensor("y", (2, 1), "int8", scales=[q_out], zero_points=[0])
        w.operator(kind, 1, [x, axis], [y], options_type="ReducerOptions", keep_dims=True)
        return [x], [y]
    return model(build)


def resize_by_axis(w):
    x, y = w.tensor("x", (2, 3)), w.tensor("y", (2, 3))
    axis = w.tensor("axis", (1,), "int32", [5])
    w.operator("SUM", 1, [x, axis], [y], options_type="ReducerOptions", keep_dims=False)
    return [x], [y]


def variable_with_a_value(w):
    x, y = w.tensor("x", (1, 4)), w.tensor("y", (1, 4))
    h = w.tensor("h", (1, 4), data=np.ones((1, 4)), is_variable=True)
    w.operator("UNIDIRECTIONAL_SEQUENCE_RNN", 1,
               [x, w.tensor("w", (4, 4), data=np.ones((4, 4))),
                w.tensor("r", (4, 4), data=np.ones((4, 4))), w.tensor("b", (4,), data=np.ones(4)), h],
               [y], options_type="SequenceRNNOptions", fused_activation_function="RELU")
    return [x], [y]


def large_images(w):
    x, y = w.tensor("x", (1, 256, 256, 3)), w.tensor("y", (1, 256, 256, 8))
    kernel = w.tensor("w", (8, 3, 3, 3), data=np.ones((8, 3, 3, 3)))
    w.operator("CONV_2D", 1, [x, kernel], [y], **CONV)
    return [x], [y]


QUANTIZED = {"dtype": "int8", "q": (0.1, 0)}
REFUSED = [
    Refused("tflite_custom_operator", custom("MyFilter"), "UNSUPPORTED_OPERATOR", "'y'",
            "CUSTOM operator 'MyFilter'", None, None, "edgerack-compile ops lists",
            "Replace it in the model"),
    Refused("tflite_flex_operator", custom("FlexErf"), "UNSUPPORTED_OPERATOR", "'y'",
            "CUSTOM operator 'FlexErf'", None, None, "edgerack-compile ops lists",
            "[TFLITE_BUILTINS] only"),
    Refused("tflite_detection_boxes", custom("TFLite_Detection_PostProcess"), "UNSUPPORTED_OPERATOR",
            "'y'", "TFLite_Detection_PostProcess", None, None, "edgerack-compile ops lists",
            "End the model before it"),
    Refused("tflite_while", one("WHILE"), "UNSUPPORTED_OPERATOR", "'y'", "WHILE", None, None,
            "edgerack-compile ops lists", "without branches and loops"),
    Refused("tflite_if", one("IF", shapes=((1,), (4,))), "UNSUPPORTED_OPERATOR", "'y'", "IF", None, None,
            "edgerack-compile ops lists", "without branches and loops"),
    Refused("tflite_where", one("WHERE", out=(4, 1)), "UNSUPPORTED_OPERATOR", "'y'", "WHERE", None, None,
            "edgerack-compile ops lists", "end the model before it"),
    Refused("tflite_uint8_activations", conv("uint8"), "UNSUPPORTED_TYPE", "'y'", "CONV_2D", None,
            "tensor 'x' is uint8", "float32, int8 and int16", "Convert the model with int8"),
    Refused("tflite_scales_along_the_inputs",
            conv(weights={"scales": [0.1] * 4, "axis": 3}), "UNSUPPORTED_QUANTIZATION", "'y'",
            "CONV_2D", "weights 'w'", "4 scales along dimension 3", "3 along dimension 0",
            "per output channel"),
    Refused("tflite_scales_of_another_dimension",
            conv(weights={"scales": [0.1] * 4, "axis": 0}), "UNSUPPORTED_QUANTIZATION", "'y'",
            "CONV_2D", "quantized_dimension 0", "4 scales", "one for each element of that dimension",
            "Convert the model again"),
    Refused("tflite_asymmetric_weights", conv(weights={"zero_points": [7]}),
            "UNSUPPORTED_QUANTIZATION", "'y'", "CONV_2D", "zero point", "weights 'w' have zero point 7",
            "symmetric weights", "symmetric int8 weights"),
    Refused("tflite_zero_points_are_missing", conv(x={"zero_points": []}), "UNSUPPORTED_QUANTIZATION",
            "'x'", None, None, "0 zero points", "one for each scale", "Convert the model again"),
    Refused("tflite_two_scales_for_activations",
            conv(x={"scales": [0.1] * 4, "zero_points": [0] * 4, "axis": 3}),
            "UNSUPPORTED_QUANTIZATION", "'y'", "CONV_2D", "tensor 'x'", "4 scales",
            "one scale and zero point", "full int8 quantization"),
    Refused("tflite_float16_weights", model(half_weights), "UNSUPPORTED_TYPE", "node 0", "DEQUANTIZE",
            "'w16'", "FLOAT16", "supported are FLOAT32, INT8", "Convert the model without float16"),
    Refused("tflite_texts", one("ADD", dtype="string", shapes=((4,), (4,))), "UNSUPPORTED_TYPE", "'x'",
            None, "element type", "STRING", "supported are FLOAT32, INT8", "feed the model numbers"),
    Refused("tflite_activation_tanh", float_conv(fused_activation_function="TANH"),
            "UNSUPPORTED_ATTRIBUTE", "'y'", "CONV_2D", "fused_activation_function", "is TANH",
            "NONE, RELU, RELU6, RELU_N1_TO_1", "Use one of them"),
    Refused("tflite_stride_of_zero", float_conv(stride_h=0), "UNSUPPORTED_ATTRIBUTE", "'y'", "CONV_2D",
            "stride_h", "is 0", "numbers of at least 1", "Convert the model again"),
    Refused("tflite_sparse_weights", dense(sparsity={}), "UNSUPPORTED_TYPE", "'y'", "FULLY_CONNECTED",
            "'w'", "stored sparse", "dense tensors", "without sparsity optimization"),
    Refused("tflite_open_batch", conv(x={"shape": (-1, 6, 6, 4)}), "UNSUPPORTED_SHAPE", "'y'", "CONV_2D",
            "its input 'x'", "-1x6x6x4", "4 fixed dimensions", "fixed input shape"),
    Refused("tflite_shuffled_weights", dense(options={"weights_format": 1}), "UNSUPPORTED_ATTRIBUTE",
            "'y'", "FULLY_CONNECTED", "weights_format", "is 1", "DEFAULT (0)",
            "without shuffled weights"),
    Refused("tflite_hybrid_batch_matmul", model(hybrid_product), "HYBRID_MODEL", "'y'", "BATCH_MATMUL",
            None, "float32 and int8", "both float32 or both int8", "without dynamic range quantization"),
    Refused("tflite_computed_weights", model(computed_weights), "UNSUPPORTED_ATTRIBUTE", "'y'",
            "FULLY_CONNECTED", "weights", "'w'", "supported are constants", "Store them in the model"),
    Refused("tflite_transpose_by_data", model(computed_perm), "UNSUPPORTED_ATTRIBUTE", "'y'",
            "TRANSPOSE", "perm", "'perm'", "integer constants", "Make it a constant"),
    Refused("tflite_axis_outside", model(resize_by_axis), "UNSUPPORTED_ATTRIBUTE", "'y'", "SUM", "axis",
            "is 5", "-2 to 1", "Convert the model again"),
    Refused("tflite_rsqrt_of_int8", one("RSQRT", **QUANTIZED), "UNSUPPORTED_TYPE", "'y'", "RSQRT", "'x'",
            "int8", "supported is float32", "Keep this layer in float32"),
    Refused("tflite_sum_in_the_scale_of_its_input", reduce_int8("SUM", 0.1),
            "UNSUPPORTED_QUANTIZATION", "'y'", "SUM", "'x'", "one scale", "a scale of its own",
            "use MEAN"),
    Refused("tflite_shapes_do_not_agree", dense(out=(1, 5)), "SHAPE_MISMATCH", "'y'", "FULLY_CONNECTED",
            None, "is 1x5", "attributes give, 1x3", "Convert the model again"),
    Refused("tflite_variable_with_a_value", model(variable_with_a_value), "UNSUPPORTED_TYPE", "'y'",
            "UNIDIRECTIONAL_SEQUENCE_RNN", "variable 'h'", "initial value", "start from zero",
            "Convert the model again"),
    Refused("tflite_cut_off", lambda: float_conv()()[:-200], "BAD_MODEL_FILE", None, None, None,
            "structure is broken", None, "export it again"),
    Refused("tflite_too_large_for_the_ram", model(large_images), "DOES_NOT_FIT", "'y'", "conv2d",
            "SRAM1", "2883584 bytes", "of 245760 bytes", "use a smaller model or input"),
]


def parts_with_other_scales(w):
    """What TensorFlow Lite itself refuses: parts of a CONCATENATION with different scales."""
    parts = [w.tensor(f"p{i}", (1, 4), "int8", scales=[scale], zero_points=[zero])
             for i, (scale, zero) in enumerate(((0.1, 3), (0.05, -7)))]
    y = w.tensor("y", (1, 8), "int8", scales=[0.1], zero_points=[3])
    w.operator("CONCATENATION", 1, parts, [y], options_type="ConcatenationOptions", axis=1)
    return parts, [y]


def open_batch_in_the_signature(w):
    x = w.tensor("x", (1, 4), shape_signature=[-1, 4])
    y = w.tensor("y", (1, 4), shape_signature=[-1, 4])
    w.operator("RELU", 1, [x], [y])
    return [x], [y]


PARTS = RNG.integers(-100, 100, (2, 1, 4)).astype(np.int8)
X = RNG.normal(size=(1, 4)).astype(np.float32)
SECOND = np.rint((PARTS[1].astype(np.float32) + 7) / 2 + 3).clip(-128, 127).astype(np.int8)
TAKEN = [
    Taken("tflite_parts_with_other_scales", model(parts_with_other_scales),
          {"p0": PARTS[0], "p1": PARTS[1]}, (np.concatenate([PARTS[0], SECOND], 1),), 1.0),
    Taken("tflite_open_batch_in_the_signature", model(open_batch_in_the_signature), {"x": X},
          (np.maximum(X, 0),)),
]
