"""Wrong Keras models, larq's among them, and ones that only look wrong."""

import numpy as np
from entry import Refused, Taken
from keras_files import archive, hdf5, layer, legacy, sequential

RNG = np.random.default_rng(2026)
IMAGE = (None, 8, 8, 4)


def floats(*shape):
    return RNG.uniform(-1, 1, shape).astype(np.float32)


def quantizer(name, **config):
    return {"class_name": name, "config": config}


def larq(class_name, shape=IMAGE, **config):
    """One layer of larq behind an input, as larq 0.8 and later save it."""
    return lambda: legacy(sequential(layer(f"Larq>{class_name}", "binary", **config), shape=shape))


def convolution(name="conv", class_name="Conv2D", **config):
    return layer(class_name, name, **{"filters": 3, "kernel_size": [3, 3], **config})


def h5(*layers, shape=(None, 8)):
    return lambda: legacy(sequential(*layers, shape=shape))


def keras(*layers, shape=(None, 8)):
    return lambda: archive(sequential(*layers, shape=shape))


def functional(layers, output):
    """`layers`: (configuration, names it reads)."""
    entries = [{**item, "name": item["config"]["name"],
                "inbound_nodes": [[[name, 0, 0, {}] for name in reads]] if reads else []}
               for item, reads in layers]
    return {"class_name": "Functional",
            "config": {"name": "model", "layers": entries, "input_layers": [["x", 0, 0]],
                       "output_layers": [[output, 0, 0]]}}


def nested():
    inner = sequential(layer("Dense", "inside", units=3))
    return legacy(sequential({**inner, "config": {**inner["config"], "name": "base"}}))


STE = quantizer("SteSign", clip_value=1.0)
ONE_BIT = "ste_sign, approx_sign, swish_sign"
LARQ_REMEDY = "Train the layer with one of"
CONV = {"filters": 8, "kernel_size": [3, 3]}
REFUSED = [
    Refused("keras_larq_padded_with_a_half",
            larq("QuantConv2D", **CONV, padding="same", pad_values=0.5, input_quantizer=STE,
                 kernel_quantizer=STE),
            "BINARY_LAYER", "'binary'", "QuantConv2D", "pad_values is", "0.5", "-1, 0 and 1",
            LARQ_REMEDY),
    Refused("keras_larq_zeros_and_ones_padded_with_minus_one",
            larq("QuantConv2D", **CONV, padding="same", pad_values=-1.0,
                 input_quantizer="ste_heaviside", kernel_quantizer=STE),
            "BINARY_LAYER", "'binary'", "QuantConv2D", "pad_values is", "-1.0", "0 and 1",
            LARQ_REMEDY),
    Refused("keras_larq_padded_with_a_list",
            larq("QuantConv2D", **CONV, padding="same", pad_values=[1.0], input_quantizer=None,
                 kernel_quantizer=STE),
            "BINARY_LAYER", "'binary'", "QuantConv2D", "pad_values is", "[1.0]", "-1, 0 and 1",
            LARQ_REMEDY),
    Refused("keras_larq_input_of_two_bits",
            larq("QuantDense", shape=(None, 8), units=4,
                 input_quantizer=quantizer("DoReFa", k_bit=2, mode="activations"),
                 kernel_quantizer="ste_sign"),
            "BINARY_LAYER", "'binary'", "QuantDense", "input_quantizer", "DoReFa of k_bit 2", ONE_BIT,
            LARQ_REMEDY),
    Refused("keras_larq_kernel_of_one_bit_of_a_range",
            larq("QuantDense", shape=(None, 8), units=4, input_quantizer="ste_sign",
                 kernel_quantizer=quantizer("Larq>DoReFa", k_bit=1, mode="weights")),
            "BINARY_LAYER", "'binary'", "QuantDense", "kernel_quantizer", "DoReFa of k_bit 1", ONE_BIT,
            LARQ_REMEDY),
    Refused("keras_larq_kernel_of_three_values",
            larq("QuantConv1D", shape=(None, 16, 4), filters=8, kernel_size=[3],
                 input_quantizer=STE, kernel_quantizer=quantizer("SteTern", threshold_value=0.05)),
            "BINARY_LAYER", "'binary'", "QuantConv1D", "kernel_quantizer", "SteTern, whose three",
            ONE_BIT, LARQ_REMEDY),
    Refused("keras_larq_kernel_of_zeros_and_ones",
            larq("QuantConv2D", **CONV, input_quantizer=STE, kernel_quantizer="ste_heaviside"),
            "BINARY_LAYER", "'binary'", "QuantConv2D", "kernel_quantizer", "ste_heaviside",
            "magnitude_aware_sign", LARQ_REMEDY),
    Refused("keras_larq_input_of_magnitudes",
            larq("QuantConv2D", **CONV, input_quantizer=quantizer("MagnitudeAwareSign", clip_value=1.0),
                 kernel_quantizer=STE),
            "BINARY_LAYER", "'binary'", "QuantConv2D", "input_quantizer", "MagnitudeAwareSign",
            "ste_heaviside", LARQ_REMEDY),
    Refused("keras_larq_own_quantizer",
            larq("QuantDepthwiseConv2D", kernel_size=[3, 3], input_quantizer=None,
                 depthwise_quantizer=quantizer("MyPackage>Rounded", bits=1)),
            "BINARY_LAYER", "'binary'", "QuantDepthwiseConv2D", "depthwise_quantizer", "Rounded",
            ONE_BIT, LARQ_REMEDY),
    Refused("keras_larq_pointwise_kernel_of_three_values",
            larq("QuantSeparableConv2D", **CONV, input_quantizer=quantizer("ApproxSign"),
                 depthwise_quantizer=STE, pointwise_quantizer="ste_tern"),
            "BINARY_LAYER", "'binary'", "QuantSeparableConv2D", "pointwise_quantizer", "ste_tern",
            ONE_BIT, LARQ_REMEDY),
    Refused("keras_larq_transposed",
            larq("QuantConv2DTranspose", **CONV, input_quantizer=STE, kernel_quantizer=STE),
            "BINARY_LAYER", "'binary'", "QuantConv2DTranspose", "kernel_quantizer",
            "SteSign in a Conv2DTranspose", "QuantDepthwiseConv2D",
            "Train the layer without quantizers"),
    Refused("keras_larq_groups",
            larq("QuantConv2D", **CONV, groups=2, input_quantizer=STE, kernel_quantizer=STE),
            "BINARY_LAYER", "'binary'", "QuantConv2D", "groups", "2", "where it is 1",
            "Build the layer of several"),
    Refused("keras_larq_depth_multiplier",
            larq("QuantDepthwiseConv2D", kernel_size=[3, 3], depth_multiplier=2, input_quantizer=STE,
                 depthwise_quantizer=STE),
            "BINARY_LAYER", "'binary'", "QuantDepthwiseConv2D", "depth_multiplier", "2",
            "where it is 1", "Build the layer of several"),
    Refused("keras_larq_of_an_old_file",
            h5(layer("QuantConv2D", "binary", **CONV, kernel_quantizer="dorefa_quantizer"),
               shape=IMAGE),
            "BINARY_LAYER", "'binary'", "QuantConv2D", "kernel_quantizer", "dorefa_quantizer",
            ONE_BIT, LARQ_REMEDY),
    Refused("keras_larq_quantizer_as_a_layer", h5(layer("Larq>SteTern", "step", clip_value=1.0)),
            "BINARY_LAYER", "'step'", "SteTern", "activation", "SteTern", ONE_BIT, LARQ_REMEDY),
    Refused("keras_larq_quantizer_as_an_activation",
            h5(layer("Activation", "sign", activation="magnitude_aware_sign")),
            "BINARY_LAYER", "'sign'", "Activation", "activation", "magnitude_aware_sign", ONE_BIT,
            LARQ_REMEDY),
    Refused("keras_quantized_in_place",
            lambda: archive(sequential(layer(
                "Dense", "dense", units=3,
                dtype=quantizer("QuantizedDTypePolicy", mode="int8", source_name="float32"))),
                {"dense": [np.ones((8, 3), np.int8), np.zeros(3, np.float32),
                           np.full(3, 40, np.float32)]}),
            "UNSUPPORTED_QUANTIZATION", "'dense'", "Dense", "dtype", "int8_from_float32",
            "weights in float32", "without model.quantize()"),
    Refused("keras_quantization_config",
            keras(layer("Dense", "dense", units=3,
                        quantization_config=quantizer("Int8QuantizationConfig"))),
            "UNSUPPORTED_QUANTIZATION", "'dense'", "Dense", "quantization_config",
            "Int8QuantizationConfig", "weights in float32", "without model.quantize()"),
    Refused("keras_float16_weights",
            lambda: legacy(sequential(layer("Dense", "dense", units=3)),
                           {"dense": {"kernel:0": np.ones((8, 3), np.float16)}}),
            "UNSUPPORTED_TYPE", "'dense'", "Dense", None, "16-bit floats", "float32 and float64",
            "Save the model in float32"),
    Refused("keras_lambda", h5(layer("Lambda", "double", function=["4wEAAAA", None, None])),
            "UNSUPPORTED_OPERATOR", "'double'", "Lambda", None, "Python code",
            "edgerack-compile ops lists", "Write what its Python code does"),
    Refused("keras_custom_layer", h5(layer("MyPackage>MyLayer", "mine")), "UNSUPPORTED_OPERATOR",
            "'mine'", "MyLayer", None, None, "edgerack-compile ops lists", "Build it from these"),
    Refused("keras_attention", keras(layer("MultiHeadAttention", "heads", num_heads=2, key_dim=4)),
            "UNSUPPORTED_OPERATOR", "'heads'", "MultiHeadAttention", None, None,
            "edgerack-compile ops lists", "Build it from these"),
    Refused("keras_model_in_a_model", nested, "UNSUPPORTED_OPERATOR", "'base'", "Sequential", None, None,
            "edgerack-compile ops lists", "Build one model of both"),
    Refused("keras_masking", h5(layer("Masking", "mask", mask_value=0.0), shape=(None, 5, 3)),
            "UNSUPPORTED_OPERATOR", "'mask'", "Masking", None, "makes a mask",
            "edgerack-compile ops lists", "for sequences of one length"),
    Refused("keras_mask_of_an_embedding",
            h5(layer("Embedding", "words", input_dim=9, output_dim=4, mask_zero=True)),
            "UNSUPPORTED_ATTRIBUTE", "'words'", "Embedding", "mask_zero", "true", "is false",
            "sequences of one length"),
    Refused("keras_stateful_lstm",
            lambda: legacy(sequential(layer("LSTM", "memory", units=2, stateful=True), shape=(1, 5, 3)),
                           {"memory": {"kernel:0": floats(3, 8), "recurrent:0": floats(2, 8),
                                       "bias:0": floats(8)}}),
            "UNSUPPORTED_ATTRIBUTE", "'memory'", "LSTM", "stateful", "true", "is false",
            "an input and an output"),
    Refused("keras_channels_first", keras(convolution(data_format="channels_first"), shape=(None, 3, 8, 8)),
            "UNSUPPORTED_ATTRIBUTE", "'conv'", "Conv2D", "data_format", "'channels_first'",
            "channels_last", "Build the model with it"),
    Refused("keras_unknown_activation", h5(layer("Activation", "act", activation="sine")),
            "UNSUPPORTED_ATTRIBUTE", "'act'", "Activation", "activation", "'sine'", "linear, relu",
            "Replace it by layers"),
    Refused("keras_merge_mode",
            h5(layer("Bidirectional", "both", merge_mode="sum",
                     layer=layer("GRU", "gru", units=2)), shape=(None, 5, 3)),
            "UNSUPPORTED_ATTRIBUTE", "'both'", "Bidirectional", "merge_mode", '"sum"', "concat",
            "Use two layers"),
    Refused("keras_time_distributed_convolution",
            h5(layer("TimeDistributed", "frames", layer=convolution()), shape=(None, 5, 8, 8, 3)),
            "UNSUPPORTED_ATTRIBUTE", "'frames'", "TimeDistributed", "layer", "'Conv2D'", "is Dense",
            "reshaped input"),
    Refused("keras_open_length", h5(layer("Activation", "act", activation="relu"),
                                    shape=(None, None, 3)),
            "OPEN_SHAPE", "'x'", "InputLayer", "batch_shape", "[null,null,3]", "fixed shapes",
            "--option shape.x=1x"),
    Refused("keras_rank_of_an_image", h5(convolution(), shape=(None, 8, 8)), "UNSUPPORTED_SHAPE",
            "'conv'", "Conv2D", None, "1x8x8", "4 dimensions with the batch", "Reshape layer"),
    Refused("keras_texts",
            lambda: legacy(functional([(layer("InputLayer", "x", batch_shape=[None, 1], dtype="string"),
                                        ())], "x")),
            "UNSUPPORTED_TYPE", "'x'", "InputLayer", "dtype", "string", "float32 and integers",
            "Build the model with dtype float32"),
    Refused("keras_subclassed", lambda: legacy({"class_name": "MyModel", "config": {}}),
            "BAD_MODEL_FILE", None, None, None, "'MyModel'", "Sequential and functional models",
            "keras.Model(inputs, outputs)"),
    Refused("keras_never_built",
            lambda: legacy({"class_name": "Sequential",
                            "config": {"layers": [layer("Dense", "dense", units=3)]}}),
            "BAD_MODEL_FILE", None, None, None, "never built", None, "model.build(input_shape)"),
    Refused("keras_weights_only", lambda: hdf5({"": {"keras_version": "2.15.0"}}), "BAD_MODEL_FILE", None,
            None, None, "without the model's configuration", None, "model.save()"),
    Refused("keras_weights_are_missing", h5(layer("Dense", "dense", units=3)), "BAD_MODEL_FILE",
            "'dense'", "Dense", None, "its kernel is not in the file", None, "save the whole model"),
]

X = floats(1, 8)
PICTURE = floats(1, 6, 6, 2)
KERNEL, BIAS = floats(8, 3), floats(3)
POINT = floats(1, 1, 2, 3)
SERIES = floats(1, 5, 3)


def larq_dense():
    return legacy(sequential(layer("Larq>QuantDense", "dense", units=3, input_quantizer=None,
                                   kernel_quantizer=None)),
                  {"dense": {"kernel:0": KERNEL, "bias:0": BIAS}})


def larq_convolution():
    """NoOp marks a kernel and changes nothing."""
    return legacy(sequential(convolution(class_name="Larq>QuantConv2D", kernel_size=[1, 1],
                                         padding="same", pad_values=0.0, use_bias=False,
                                         input_quantizer=None,
                                         kernel_quantizer=quantizer("NoOp", precision=1)),
                             shape=(None, 6, 6, 2)), {"conv": {"kernel:0": POINT}})


TAKEN = [
    Taken("keras_quantization_config_of_none",
          lambda: archive(sequential(layer("Dense", "dense", units=3, quantization_config=None)),
                          {"dense": [KERNEL, BIAS]}), {"x": X}, (X @ KERNEL + BIAS,), 1e-6),
    Taken("keras_larq_dense_without_quantizers", larq_dense, {"x": X}, (X @ KERNEL + BIAS,), 1e-6),
    Taken("keras_larq_convolution_with_a_marked_kernel", larq_convolution, {"x": PICTURE},
          (PICTURE @ POINT[0, 0],), 1e-6),
    Taken("keras_open_length_by_option",
          lambda: legacy(sequential(layer("Activation", "act", activation="relu"),
                                    shape=(None, None, 3))), {"x": SERIES},
          (np.maximum(SERIES, 0),), options=("--option", "shape.x=1x5x3")),
]
