"""The builtins that TensorFlow Lite has for quantized int16: activations symmetric around 0, int8
weights. Inputs cover the type's whole range, so that every rounding and clamp shows."""

import numpy as np
from tflite_cases import CASES, case, window_output

X, Y, Z = (0.0003, 0), (0.0002, 0), (0.0004, 0)  # scale, zero point
UNIT = (1 / 32768, 0)
EVERY = np.arange(-32768, 32768).astype(np.int16)
MORE = 5.0  # a scale of outputs that does not clamp


def q(scale):
    return (scale, 0)


def add_functions():
    leaky = ("LeakyReluOptions", {"alpha": 0.2})
    for builtin, kind, x, y, options in (
            ("RELU", "other scale", X, Y, None),
            ("RELU6", "other scale", X, Z, None),
            ("RELU", "one scale", X, X, None),
            ("LEAKY_RELU", "", X, Y, leaky),
            ("LEAKY_RELU", "negative alpha", X, Z, ("LeakyReluOptions", {"alpha": -1.5})),
            ("ABS", "one scale", X, X, None),
            ("ABS", "other scale", X, Z, None),
            ("EXP", "", X, q(0.7), None),
            ("EXP", "small scale", q(0.00001), q(0.00005), None),
            ("LOGISTIC", "2^-12", q(2**-12), UNIT, None),
            ("LOGISTIC", "2^-11", q(2**-11), UNIT, None),
            ("LOGISTIC", "any scale", q(0.0003), UNIT, None),
            ("LOGISTIC", "small scale", q(0.0000071), UNIT, None),
            ("LOGISTIC", "large scale", q(2.1), UNIT, None),
            ("TANH", "2^-12", q(2**-12), UNIT, None),
            ("TANH", "2^-11", q(2**-11), UNIT, None),
            ("TANH", "2^-10", q(2**-10), UNIT, None),
            ("TANH", "any scale", q(0.0003), UNIT, None),
            ("TANH", "small scale", q(0.0000071), UNIT, None)):
        @case(builtin, f"int16, {kind}")
        def _(m, builtin=builtin, x=x, y=y, options=options):
            kind, fields = options or (None, {})
            # The board's memory holds several of these: every 13th value, and both ends.
            values = np.append(EVERY[::13], EVERY[-3:]) if m.small else EVERY
            m.op(builtin, [m.x(values, x)], [(values.shape, "int16", y)], kind, **fields)


def add_sums():
    def add(builtin, kind, scales, a=(4, 300), b=(4, 300), fused=None, **fields):
        @case(builtin, f"int16, {kind}")
        def _(m):
            options = {"ADD": "AddOptions", "SUB": "SubOptions", "MUL": "MulOptions"}.get(builtin)
            if fused:
                fields["fused_activation_function"] = fused
            m.op(builtin, [m.x(m.int16(*a), q(scales[0])), m.x(m.int16(*b), q(scales[1]))],
                 [(np.broadcast_shapes(a, b), "int16", q(scales[2]))], options, **fields)

    three = (0.0003, 0.0002, 0.0004)
    for builtin in ("ADD", "SUB"):
        add(builtin, "any scales", three)
        add(builtin, "relu6", three, fused="RELU6")
        add(builtin, "broadcast", three, (4, 1, 30), (5, 1))
        for kind, powers in (("second", (-12, -11, -11)), ("first", (-11, -14, -11)),
                             ("none", (-12, -12, -12))):
            scales = [2.0**p for p in powers]
            add(builtin, f"powers of two, {kind}", scales)
            add(builtin, f"powers of two as any, {kind}", scales, pot_scale_int16=False)
        add(builtin, "powers of two, relu", (2**-12, 2**-11, 2**-11), fused="RELU")
        add(builtin, "small output", (2**-11, 2**-11, 2**-13), pot_scale_int16=False)
    # TensorFlow Lite's sum of powers of two aborts where it has to broadcast.
    add("SUB", "powers of two, broadcast", (2**-12, 2**-11, 2**-11), (4, 1, 30), (5, 1))
    add("MUL", "any scales", (0.0003, 0.0002, 0.002))
    add("MUL", "relu", (0.0003, 0.0002, 0.0001), fused="RELU")
    add("MUL", "broadcast", (0.0003, 0.0002, 0.002), (4, 1, 30), (5, 1))
    for builtin in ("MAXIMUM", "MINIMUM"):
        add(builtin, "", (0.0003,) * 3)
        add(builtin, "broadcast", (0.0003,) * 3, (4, 1, 30), (5, 1))


def weights(m, filters, axis, bias, per_channel=True):
    """Constant weights and bias: int32, int64 or None."""
    channels = filters[axis]
    scales = [float(s) for s in m.random.uniform(0.002, 0.02, channels)]
    if not per_channel:
        scales = scales[:1]
    constants = [m.const(np.maximum(m.int8(*filters), -127), (scales, [0] * len(scales)), axis)]
    if bias:
        values = m.whole(channels, dtype=np.dtype(bias), low=-300000, high=300000)
        constants.append(m.const(values, ([s * X[0] for s in scales], [0] * len(scales))))
    return constants


def add_products():
    def windows(builtin, kind, filters, axis, bias, padding, act="NONE", out_scale=0.05,
                per_channel=True, dilation=1, **fields):
        @case(builtin, f"int16, {kind}")
        def _(m):
            covered = (filters[1] - 1) * dilation + 1, (filters[2] - 1) * dilation + 1
            same = padding == "SAME"
            shape = (2, window_output(9, covered[0], 2, same), window_output(8, covered[1], 1, same),
                     filters[axis])
            options = "Conv2DOptions" if builtin == "CONV_2D" else "DepthwiseConv2DOptions"
            m.op(builtin, [m.x(m.int16(2, 9, 8, 6), X),
                           *weights(m, filters, axis, bias, per_channel)],
                 [(shape, "int16", q(out_scale))], options, padding=padding, stride_h=2, stride_w=1,
                 fused_activation_function=act, dilation_h_factor=dilation,
                 dilation_w_factor=dilation, **fields)

    for bias in ("int32", "int64"):
        windows("CONV_2D", f"{bias} bias", (7, 3, 2, 6), 0, bias, "SAME")
        windows("CONV_2D", f"{bias} bias, relu6", (7, 3, 2, 6), 0, bias, "VALID", "RELU6")
        windows("CONV_2D", f"{bias} bias, one scale", (7, 3, 2, 6), 0, bias, "SAME",
                per_channel=False)
        windows("CONV_2D", f"{bias} bias, groups", (4, 3, 2, 3), 0, bias, "SAME")
        windows("CONV_2D", f"{bias} bias, clamped", (7, 3, 2, 6), 0, bias, "SAME", out_scale=0.001)
        windows("CONV_2D", f"{bias} bias, dilation", (7, 3, 2, 6), 0, bias, "SAME", dilation=2)
    for kind, bias in (("bias", "int64"), ("no bias", None)):
        for padding in ("SAME", "VALID"):
            windows("DEPTHWISE_CONV_2D", f"{kind}, {padding}", (1, 3, 2, 12), 3, bias, padding,
                    "RELU" if bias else "NONE", 0.02, depth_multiplier=2)
        windows("DEPTHWISE_CONV_2D", f"{kind}, one scale", (1, 3, 2, 6), 3, bias, "SAME",
                per_channel=False, depth_multiplier=1)

    # A large sum: 32 bits wrap around, 64 do not.
    for bias in ("int32", "int64", None):
        @case("FULLY_CONNECTED", f"int16, {bias} bias, large sums")
        def _(m, bias=bias):
            m.op("FULLY_CONNECTED",
                 [m.x(np.full((2, 900), 32767, np.int16), X),
                  m.const(np.stack([np.full(900, w) for w in (127, -127, 90, 60)]).astype(np.int8),
                          (0.01, 0)),
                  *([m.const(m.whole(4, dtype=np.dtype(bias)))] if bias else [])],
                 [((2, 4), "int16", q(MORE))], "FullyConnectedOptions")

        for per_channel in (False, True):
            @case("FULLY_CONNECTED", f"int16, {bias} bias, {per_channel}")
            def _(m, bias=bias, per_channel=per_channel):
                constants = weights(m, (31, 20), 0, bias, per_channel)
                m.op("FULLY_CONNECTED", [m.x(m.int16(13, 20), X), *constants],
                     [((13, 31), "int16", q(0.03))], "FullyConnectedOptions",
                     fused_activation_function="RELU" if per_channel else "NONE")

        for padding, out in (("SAME", (9, 8)), ("SAME", (10, 8)), ("VALID", (11, 9))):
            @case("TRANSPOSE_CONV", f"int16, {bias} bias, {padding} {out}")
            def _(m, bias=bias, padding=padding, out=out):
                kernel, *constants = weights(m, (6, 3, 3, 4), 0, bias)
                m.op("TRANSPOSE_CONV", [m.const([1, *out, 6]), kernel, m.x(m.int16(1, 5, 4, 4), X),
                                        *constants], [((1, *out, 6), "int16", q(0.02))],
                     "TransposeConvOptions", padding=padding, stride_h=2, stride_w=2)

    for adj_x in (False, True):
        for adj_y in (False, True):
            @case("BATCH_MATMUL", f"int16, {adj_x}, {adj_y}")
            def _(m, adj_x=adj_x, adj_y=adj_y):
                a = m.int16(*((2, 3, 6, 4) if adj_x else (2, 3, 4, 6)))
                b = m.int16(*((3, 5, 6) if adj_y else (3, 6, 5)))
                m.op("BATCH_MATMUL", [m.x(a, X), m.x(b, Y)], [((2, 3, 4, 5), "int16", q(0.01))],
                     "BatchMatMulOptions", adj_x=adj_x, adj_y=adj_y)


def add_windows():
    for builtin in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
        for padding in ("SAME", "VALID"):
            for act in ("NONE", "RELU6"):
                @case(builtin, f"int16, {padding}, {act}")
                def _(m, builtin=builtin, padding=padding, act=act):
                    same = padding == "SAME"
                    shape = (2, window_output(9, 3, 2, same), window_output(8, 2, 1, same), 5)
                    m.op(builtin, [m.x(m.int16(2, 9, 8, 5), X)], [(shape, "int16", X)],
                         "Pool2DOptions", padding=padding, stride_h=2, stride_w=1, filter_height=3,
                         filter_width=2, fused_activation_function=act)

    for kind, align, half in (("asymmetric", False, False), ("align_corners", True, False),
                              ("half_pixel", False, True)):
        for builtin, options in (("RESIZE_BILINEAR", "ResizeBilinearOptions"),
                                 ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions")):
            @case(builtin, f"int16, {kind}")
            def _(m, builtin=builtin, options=options, align=align, half=half):
                m.op(builtin, [m.x(m.int16(1, 5, 7, 3), X), m.const([9, 6])],
                     [((1, 9, 6, 3), "int16", X)], options, align_corners=align,
                     half_pixel_centers=half)


def add_rows():
    for kind, beta, scale, size in (("", 1.0, 0.0003, 1.0), ("beta", 0.7, 0.0003, 1.0),
                                    ("small scale", 1.0, 0.00001, 1.0),
                                    ("large scale", 1.0, 0.01, 1.0), ("near", 1.0, 0.0003, 0.1)):
        @case("SOFTMAX", f"int16, {kind}")
        def _(m, beta=beta, scale=scale, size=size):
            for depth in (11, 2, 300):
                x = (m.int16(600 // depth, depth) * size).astype(np.int16)
                m.op("SOFTMAX", [m.x(x, q(scale))], [(x.shape, "int16", UNIT)], "SoftmaxOptions",
                     beta=beta)

    for kind, (shape, axes, keep) in {
            "image": ((2, 5, 4, 3), [1, 2], True), "flat": ((2, 5, 4, 3), [1, 2], False),
            "last": ((60, 7), [-1], False), "first": ((3, 4, 50), [0], True),
            "mixed": ((3, 40, 5), [0, -1], False), "all": ((3, 4, 5), [0, 1, 2], False)}.items():
        for how, y in (("other scale", Y), ("one scale", X)):
            @case("MEAN", f"int16, {kind}, {how}")
            def _(m, shape=shape, axes=axes, keep=keep, y=y):
                out = np.sum(np.zeros(shape), tuple(axes), keepdims=keep).shape
                m.op("MEAN", [m.x(m.int16(*shape), X), m.const(axes)], [(out, "int16", y)],
                     "ReducerOptions", keep_dims=keep)
    for builtin in ("REDUCE_MAX", "REDUCE_MIN"):
        @case(builtin, "int16")
        def _(m, builtin=builtin):
            m.op(builtin, [m.x(m.int16(2, 5, 4, 3), X), m.const([1, 2])], [((2, 3), "int16", X)],
                 "ReducerOptions", keep_dims=False)


def add_conversions():
    @case("QUANTIZE", "float32 to int16")
    def _(m):
        m.op("QUANTIZE", [m.x(m.real(40, 25, low=-12, high=12))], [((40, 25), "int16", X)])

    @case("DEQUANTIZE", "int16")
    def _(m):
        m.op("DEQUANTIZE", [m.x(m.int16(40, 25), X)], [((40, 25),)], exact=True)

    for kind, to, y in (("int8", "int8", (0.08, -7)), ("int16", "int16", Y),
                        ("int16, smaller scale", "int16", q(0.00007)),
                        ("int16, one scale", "int16", X)):
        @case("QUANTIZE", f"int16 to {kind}")
        def _(m, to=to, y=y):
            m.op("QUANTIZE", [m.x(m.int16(40, 25), X)], [((40, 25), to, y)])


def add_movements():
    """Operators that look at no value: one case each."""
    t = ("int16", X)

    def add(builtin, shape, inputs, outputs, options=None, first=False, **fields):
        @case(builtin, "int16")
        def _(m):
            x = [m.x(m.int16(*shape), X)]
            rest = [m.const(i) for i in inputs]
            m.op(builtin, rest + x if first else x + rest, [(o, *t) for o in outputs], options,
                 **fields)

    one = np.int32(1)
    add("RESHAPE", (3, 4), [[2, 6]], [(2, 6)], "ReshapeOptions", new_shape=[2, 6])
    add("SQUEEZE", (3, 1, 5), [], [(3, 5)])
    add("EXPAND_DIMS", (3, 5), [one], [(3, 1, 5)])
    add("TRANSPOSE", (2, 3, 4), [[2, 0, 1]], [(4, 2, 3)])
    add("PAD", (2, 3), [[[0, 1], [2, 0]]], [(3, 5)])
    add("MIRROR_PAD", (3, 4), [[[2, 1], [1, 2]]], [(6, 7)], "MirrorPadOptions", mode="REFLECT")
    add("SLICE", (4, 5), [[1, 2], [2, 3]], [(2, 3)])
    add("STRIDED_SLICE", (4, 5), [[3, 0], [0, 5], [-1, 2]], [(3, 3)], "StridedSliceOptions")
    add("SPLIT", (2, 6), [one], [(2, 3)] * 2, "SplitOptions", first=True, num_splits=2)
    add("SPLIT_V", (2, 6), [[2, 4], one], [(2, 2), (2, 4)], "SplitVOptions", num_splits=2)
    add("UNPACK", (2, 6), [], [(6,)] * 2, "UnpackOptions", num=2, axis=0)
    add("GATHER", (4, 5), [[2, 0, 2]], [(3, 5)], "GatherOptions", axis=0)
    add("GATHER_ND", (4, 5), [[[2, 1], [0, 4]]], [(2,)])
    add("REVERSE_V2", (4, 5), [[1]], [(4, 5)])
    add("BROADCAST_TO", (1, 5), [[3, 5]], [(3, 5)])
    add("SPACE_TO_BATCH_ND", (1, 4, 6, 2), [[2, 2], [[0, 0], [0, 0]]], [(4, 2, 3, 2)])
    add("BATCH_TO_SPACE_ND", (4, 2, 3, 2), [[2, 2], [[0, 0], [0, 0]]], [(1, 4, 6, 2)])

    @case("PADV2", "int16")
    def _(m):
        m.op("PADV2", [m.x(m.int16(2, 3), X), m.const([[0, 1], [2, 0]]),
                       m.const(np.array(-700, np.int16), X)], [((3, 5), *t)])

    for builtin, out, options, fields in (
            ("CONCATENATION", (2, 6), "ConcatenationOptions", {"axis": 1}),
            ("PACK", (2, 2, 3), "PackOptions", {"values_count": 2, "axis": 1})):
        @case(builtin, "int16")
        def _(m, builtin=builtin, out=out, options=options, fields=fields):
            m.op(builtin, [m.x(m.int16(2, 3), X), m.x(m.int16(2, 3), X)], [(out, *t)], options,
                 **fields)

    @case("TOPK_V2", "int16")
    def _(m):
        m.op("TOPK_V2", [m.x(m.int16(4, 30), X), m.const(np.int32(5))],
             [((4, 5), *t), ((4, 5), "int32")])

    @case("SELECT_V2", "int16")
    def _(m):
        m.op("SELECT_V2", [m.x(m.bools(4, 5)), m.x(m.int16(4, 5), X), m.x(m.int16(4, 5), X)],
             [((4, 5), *t)])


add_functions()
add_sums()
add_products()
add_windows()
add_rows()
add_conversions()
add_movements()
INT16 = [name for name, _, _ in CASES if "int16" in name]
