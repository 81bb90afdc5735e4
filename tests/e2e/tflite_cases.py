"""Every TensorFlow Lite builtin that the importer takes, as small pieces of models.

A case is (name, builtin, function); the function puts operators into a Model, which may hold one
case or many.
"""

import numpy as np
from tflite_writer import TfliteWriter

CASES = []
X, Y, Z = (0.0431, -11), (0.0173, 5), (0.05, -20)  # scale, zero point
SCORES = (1 / 256, -128)
VERSIONS = {"BROADCAST_TO": 2}  # the first one that the runtime has; 1 where it is not said


class Model:
    """A .tflite file in the making, with an array for each of its inputs."""

    def __init__(self):
        self.writer = TfliteWriter()
        self.inputs, self.outputs, self.arrays = [], [], []
        self.exact = []  # for each output: the same bits as TensorFlow Lite
        self.small = False  # shares a board's memory with others
        self.steps = 0  # by which an exact output may differ after all
        self.optimized = False  # the expected outputs are those of its optimized kernels
        self.random = np.random.default_rng(len(CASES))
        self._count = 0

    def _tensor(self, shape, dtype, q, data=None, axis=0):
        self._count += 1
        q = q or (None, None)
        scales, zeros = ([v] if np.isscalar(v) else v for v in q)
        return self.writer.tensor(f"t{self._count}", shape, dtype, data,
                                  None if q[0] is None else scales, axis, zeros)

    def x(self, array, q=None):
        """An input of the model."""
        array = np.asarray(array)
        number = self._tensor(array.shape, array.dtype.name, q)
        self.inputs.append(number)
        self.arrays.append(array)
        return number

    def const(self, array, q=None, axis=0, dtype=None):
        array = np.asarray(array, dtype or (np.int32 if not hasattr(array, "dtype") else None))
        return self._tensor(array.shape, array.dtype.name, q, array, axis)

    def inner(self, builtin, inputs, shape, dtype="float32", q=None, options=None, **fields):
        """An operator whose only output is for further operators."""
        y = self._tensor(shape, dtype, q)
        self.writer.operator(builtin, VERSIONS.get(builtin, 1), inputs, [y], options, **fields)
        return y

    def op(self, builtin, inputs, outputs, options=None, exact=None, **fields):
        """An operator with outputs of the model: (shape, type, quantization) each."""
        numbers = []
        for output in outputs:
            shape, dtype, q = (*output, None, None)[:3]
            dtype = dtype or "float32"
            numbers.append(self._tensor(shape, dtype, q))
            self.exact.append(dtype != "float32" if exact is None else exact)
        self.writer.operator(builtin, VERSIONS.get(builtin, 1), inputs, numbers, options, **fields)
        self.outputs += numbers

    def write(self, path):
        self.writer.write(path, self.inputs, self.outputs)

    def real(self, *shape, low=-4.0, high=4.0):
        return self.random.uniform(low, high, shape).astype(np.float32)

    def int16(self, *shape):
        return self.random.integers(-32768, 32768, shape, np.int16)

    def int8(self, *shape):
        return self.random.integers(-128, 128, shape, np.int8)

    def whole(self, *shape, dtype=np.int32, low=-50, high=50):
        return self.random.integers(low, high, shape).astype(dtype)

    def bools(self, *shape):
        return self.random.integers(0, 2, shape).astype(bool)

    def of(self, dtype, *shape):
        return {"float32": self.real, "int8": self.int8, "bool": self.bools}.get(
            dtype, lambda *s: self.whole(*s, dtype=dtype))(*shape)


def case(builtin, kind):
    def add(function):
        CASES.append((f"{builtin}-{kind}", builtin, function))
        return function
    return add


def add_unary():
    every = np.arange(-128, 128).astype(np.int8).reshape(4, 64)
    ranges = {"LOG": (0.01, 9), "SQRT": (0, 9), "RSQRT": (0.01, 9), "ROUND": (-9, 9)}
    options = {"LEAKY_RELU": ("LeakyReluOptions", {"alpha": 0.2}),
               "GELU": ("GeluOptions", {"approximate": False})}

    def add(builtin, kind, array, q=(None, None), option=None):
        @case(builtin, kind)
        def _(m):
            x = array(m) if callable(array) else array
            kinds, fields = option or options.get(builtin, (None, {}))
            m.op(builtin, [m.x(x, q[0])], [(x.shape, x.dtype.name, q[1])], kinds, **fields)

    for builtin in ("ABS", "CEIL", "COS", "ELU", "EXP", "FLOOR", "GELU", "HARD_SWISH",
                    "LEAKY_RELU", "LOG", "LOGISTIC", "NEG", "RELU", "RELU6", "RELU_N1_TO_1",
                    "RELU_0_TO_1", "ROUND", "RSQRT", "SIGN", "SIN", "SQRT", "SQUARE", "TANH"):
        low, high = ranges.get(builtin, (-7, 7))
        add(builtin, "float32", lambda m, a=low, b=high: m.real(5, 37, low=a, high=b))
    add("ROUND", "ties", np.array([0.5, 1.5, 2.5, -0.5, -1.5, -2.5], np.float32))
    add("GELU", "tanh", lambda m: m.real(5, 37), option=("GeluOptions", {"approximate": True}))
    for builtin in ("ELU", "EXP", "GELU", "HARD_SWISH", "LEAKY_RELU", "RELU", "RELU6",
                    "RELU_N1_TO_1", "ABS"):
        add(builtin, "int8", every, (X, Y))
    add("ABS", "int8, one scale", every, (X, X))
    add("HARD_SWISH", "int8, large scale", every, ((0.2, 3), (0.1, -100)))
    add("LOGISTIC", "int8", every, (X, SCORES))
    add("TANH", "int8", every, (X, (1 / 128, 0)))
    for builtin in ("ABS", "NEG", "SIGN"):
        add(builtin, "int32", lambda m: m.whole(5, 37))
    add("LOGICAL_NOT", "bool", lambda m: m.bools(5, 37))


def add_binary():
    act = {"ADD": "AddOptions", "SUB": "SubOptions", "MUL": "MulOptions", "DIV": "DivOptions"}
    compare = ("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL")

    def add(builtin, kind, a, b, q=(None, None, None), fused=None, constant=False):
        @case(builtin, kind)
        def _(m):
            left, right = (v(m) if callable(v) else v for v in (a, b))
            shape = np.broadcast_shapes(left.shape, right.shape)
            dtype = "bool" if builtin in compare else left.dtype.name
            fields = {"fused_activation_function": fused} if fused else {}
            second = m.const(right, q[1]) if constant else m.x(right, q[1])
            m.op(builtin, [m.x(left, q[0]), second],
                 [(shape, dtype, None if dtype == "bool" else q[2])],
                 act.get(builtin), **fields)

    shapes = {"same": ((3, 4, 5), (3, 4, 5)), "broadcast": ((3, 1, 5), (4, 5)),
              "scalar": ((3, 4, 5), ())}
    for builtin in ("ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE",
                    "FLOOR_DIV", "FLOOR_MOD", *compare):
        for how, (a, b) in shapes.items():
            dtypes = ("float32", "int32") if how == "broadcast" else ("float32",)
            for dtype in dtypes:
                add(builtin, f"{dtype}, {how}", lambda m, s=a, t=dtype: m.of(t, *s),
                    lambda m, s=b, t=dtype: m.whole(*s, low=1, high=5).astype(t))
    for builtin in ("ADD", "SUB", "MUL"):
        for fused in ("RELU", "RELU6", "RELU_N1_TO_1"):
            add(builtin, f"int8, {fused}", lambda m: m.int8(3, 40), lambda m: m.int8(3, 40),
                ((0.031, -7), (0.02, 11), Z), fused)
            add(builtin, f"float32, {fused}", lambda m: m.real(3, 40), lambda m: m.real(40),
                fused=fused)
    for builtin in ("ADD", "SUB", "MUL", "SQUARED_DIFFERENCE", *compare):
        add(builtin, "int8", lambda m: m.int8(4, 40), lambda m: m.int8(4, 40),
            ((0.031, -7), (0.02, 11), Z))
        add(builtin, "int8, broadcast", lambda m: m.int8(4, 1, 40), lambda m: m.int8(3, 40),
            ((0.031, -7), (0.02, 11), Z))
    # 2480 times the factor is a half less or more as the factor is rounded: to single precision.
    factors = np.array([-124, -80, -62, -40, -31, -20, 20, 31, 40, 62, 80, 124], np.int8)
    for builtin in ("MUL", "PRELU"):
        add(builtin, "int8, factor of single precision", np.stack([factors] * 12, 1), factors[None],
            ((0.09994237869977951, 0), (0.05602457746863365, 0), (0.6776284575462341, 0)),
            constant=builtin == "PRELU")
    add("ADD", "int8, constant", lambda m: m.int8(4, 40), lambda m: m.int8(40), (X, Y, Z),
        constant=True)
    for builtin in ("MAXIMUM", "MINIMUM"):
        add(builtin, "int8", lambda m: m.int8(4, 1, 40), lambda m: m.int8(3, 40), (X, X, X))
    for builtin in ("LOGICAL_AND", "LOGICAL_OR"):
        add(builtin, "bool", lambda m: m.bools(4, 1, 8), lambda m: m.bools(3, 8))
    for builtin in ("EQUAL", "NOT_EQUAL"):
        add(builtin, "bool", lambda m: m.bools(4, 8), lambda m: m.bools(4, 8))
    add("POW", "float32", lambda m: m.real(4, 30, low=0.1), lambda m: m.real(30, low=-3, high=3))
    add("POW", "int32", lambda m: m.whole(4, 30, low=-5, high=5),
        lambda m: m.whole(4, 30, low=0, high=4))
    add("ATAN2", "float32", lambda m: m.real(4, 30), lambda m: m.real(4, 30))
    add("PRELU", "float32", lambda m: m.real(2, 3, 3, 5), lambda m: m.real(1, 1, 5), constant=True)
    add("PRELU", "int8", lambda m: m.int8(2, 3, 3, 5), lambda m: m.int8(1, 1, 5), (X, Y, Z),
        constant=True)
    add("BITWISE_XOR", "int32", lambda m: m.whole(4, 30), lambda m: m.whole(4, 30))
    add("RIGHT_SHIFT", "int32", lambda m: m.whole(4, 30), lambda m: m.whole(4, 30, low=0, high=9))


def add_selections():
    for dtype in ("float32", "int8", "int32"):
        @case("SELECT", dtype)
        def _(m, dtype=dtype):
            q = X if dtype == "int8" else None
            a, b = (m.x(m.of(dtype, 4, 5), q) for _ in range(2))
            m.op("SELECT", [m.x(m.bools(4, 5)), a, b], [((4, 5), dtype, q)])
            m.op("SELECT", [m.x(m.bools(4)), a, b], [((4, 5), dtype, q)])

        @case("SELECT_V2", dtype)
        def _(m, dtype=dtype):
            q = X if dtype == "int8" else None
            m.op("SELECT_V2", [m.x(m.bools(3, 1, 5)), m.x(m.of(dtype, 4, 5), q),
                               m.x(m.of(dtype, 5), q)], [((3, 4, 5), dtype, q)])

    for source in ("float32", "int32", "int8", "uint8", "int16", "int64", "bool"):
        @case("CAST", source)
        def _(m, source=source):
            x = m.x(m.whole(40, low=0).astype(source))
            for to in ("float32", "int32", "int64", "int16", "int8", "uint8", "bool"):
                if to != source:
                    m.op("CAST", [x], [((40,), to)], "CastOptions")

    @case("ADD_N", "float32")
    def _(m):
        m.op("ADD_N", [m.x(m.real(3, 4)) for _ in range(4)], [((3, 4),)])

    @case("ADD_N", "int32")
    def _(m):
        m.op("ADD_N", [m.x(m.whole(3, 4)) for _ in range(3)], [((3, 4), "int32")])

    @case("QUANTIZE", "float32")
    def _(m):
        x = m.x(m.real(5, 40))
        m.op("QUANTIZE", [x], [((5, 40), "int8", X)])
        m.op("QUANTIZE", [x], [((5, 40), "uint8", (0.03, 128))])
        m.op("QUANTIZE", [x], [((5, 40), "int16", (0.0002, 0))])

    @case("QUANTIZE", "int8")
    def _(m):
        x = m.x(m.int8(5, 40), X)
        m.op("QUANTIZE", [x], [((5, 40), "int8", Y)])
        m.op("QUANTIZE", [x], [((5, 40), "uint8", (0.03, 128))])

    @case("DEQUANTIZE", "int8")
    def _(m):
        m.op("DEQUANTIZE", [m.x(m.int8(5, 40), X)], [((5, 40),)])
        m.op("DEQUANTIZE", [m.x(m.whole(40, dtype=np.uint8, low=0), (0.1, 120))], [((40,),)])
        m.op("DEQUANTIZE", [m.x(m.whole(40, dtype=np.int16), (0.1, 0))], [((40,),)])


def add_reductions():
    def add(builtin, kind, dtype, shape, axes, q=(None, None), keep=False):
        @case(builtin, kind)
        def _(m):
            x = m.of(dtype, *shape)
            out = np.sum(np.zeros(shape), tuple(axes), keepdims=keep).shape
            # The runtime's reference SUM of int8 scales by numbers that it never computed, and its
            # optimized one does in float32 what ours does in the fixed point of MEAN.
            m.optimized = builtin == "SUM" and dtype == "int8"
            m.steps = 1 if m.optimized else 0
            m.op(builtin, [m.x(x, q[0]), m.const(axes)], [(out, dtype, q[1])], "ReducerOptions",
                 keep_dims=keep)

    everything = {"image": ((2, 5, 4, 3), [1, 2], True), "flat": ((2, 5, 4, 3), [1, 2], False),
                  "last": ((6, 7), [-1], False), "first": ((3, 4, 5), [0], True),
                  "mixed": ((3, 4, 5), [0, -1], False), "all": ((3, 4, 5), [0, 1, 2], False)}
    for builtin in ("SUM", "MEAN", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD"):
        for how, (shape, axes, keep) in everything.items():
            add(builtin, f"float32, {how}", "float32", shape, axes, keep=keep)
        add(builtin, "int32", "int32", (3, 2, 5), [1])
    for builtin in ("SUM", "MEAN"):
        for how, (shape, axes, keep) in everything.items():
            add(builtin, f"int8, {how}", "int8", shape, axes, (X, (0.3, 4)), keep)
    add("MEAN", "int8, one scale", "int8", (2, 7, 7, 3), [1, 2], (X, X))
    for builtin in ("REDUCE_MAX", "REDUCE_MIN"):
        add(builtin, "int8", "int8", (2, 5, 4, 3), [1, 2], (X, X))
    for builtin in ("REDUCE_ANY", "REDUCE_ALL"):
        add(builtin, "bool", "bool", (6, 3, 2), [1, 2])

    for builtin in ("ARG_MAX", "ARG_MIN"):
        for dtype in ("float32", "int8", "int32"):
            @case(builtin, dtype)
            def _(m, builtin=builtin, dtype=dtype):
                x = m.x(m.of(dtype, 3, 4, 5), X if dtype == "int8" else None)
                kind = "ArgMaxOptions" if builtin == "ARG_MAX" else "ArgMinOptions"
                m.op(builtin, [x, m.const(np.int32(1))], [((3, 5), "int32")], kind,
                     output_type="INT32")
                m.op(builtin, [x, m.const(np.int32(-1))], [((3, 4), "int64")], kind,
                     output_type="INT64")

    for dtype in ("float32", "int8", "int32"):
        @case("TOPK_V2", dtype)
        def _(m, dtype=dtype):
            q = X if dtype == "int8" else None
            m.op("TOPK_V2", [m.x(m.of(dtype, 4, 30), q), m.const(np.int32(5))],
                 [((4, 5), dtype, q), ((4, 5), "int32")])

    for dtype in ("float32", "int32", "int64"):
        @case("BUCKETIZE", dtype)
        def _(m, dtype=dtype):
            m.op("BUCKETIZE", [m.x(m.of(dtype, 4, 30))], [((4, 30), "int32")], "BucketizeOptions",
                 boundaries=[-3.5, -1, 0, 0.25, 3])

    for dtype in ("float32", "int32"):
        @case("CUMSUM", dtype)
        def _(m, dtype=dtype):
            x = m.x(m.of(dtype, 3, 4, 5))
            for exclusive in (False, True):
                for reverse in (False, True):
                    m.op("CUMSUM", [x, m.const(np.int32(1))], [((3, 4, 5), dtype)],
                         "CumsumOptions", exclusive=exclusive, reverse=reverse)

    for builtin, options in (("SOFTMAX", "SoftmaxOptions"), ("LOG_SOFTMAX", None)):
        @case(builtin, "float32")
        def _(m, builtin=builtin, options=options):
            m.op(builtin, [m.x(m.real(6, 11))], [((6, 11),)], options,
                 **({"beta": 1.0} if options else {}))

    @case("SOFTMAX", "int8")
    def _(m):
        m.op("SOFTMAX", [m.x(m.int8(16, 11), X)], [((16, 11), "int8", SCORES)], "SoftmaxOptions",
             beta=1.0)

    @case("LOG_SOFTMAX", "int8")
    def _(m):
        m.optimized = True  # the reference kernel works in another fixed-point form
        m.op("LOG_SOFTMAX", [m.x(m.int8(16, 11), X)], [((16, 11), "int8", (1 / 16, 127))])

    @case("L2_NORMALIZATION", "float32")
    def _(m):
        m.op("L2_NORMALIZATION", [m.x(m.real(2, 3, 3, 7))], [((2, 3, 3, 7),)], "L2NormOptions")

    @case("LOCAL_RESPONSE_NORMALIZATION", "float32")
    def _(m):
        m.op("LOCAL_RESPONSE_NORMALIZATION", [m.x(m.real(2, 3, 3, 9))], [((2, 3, 3, 9),)],
             "LocalResponseNormalizationOptions", radius=2, bias=1.5, alpha=0.3, beta=0.75)


def window_output(size, kernel, stride, same):
    return -(-size // stride) if same else (size - kernel) // stride + 1


def add_windows():
    for padding in ("SAME", "VALID"):
        same = padding == "SAME"
        shape = (1, window_output(9, 3, 2, same), window_output(8, 2, 1, same), 5)
        for dtype in ("float32", "int8"):
            q = X if dtype == "int8" else None
            for builtin in ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"):
                if builtin == "L2_POOL_2D" and dtype == "int8":
                    continue

                @case(builtin, f"{dtype}, {padding}")
                def _(m, builtin=builtin, dtype=dtype, q=q, padding=padding, shape=shape):
                    m.op(builtin, [m.x(m.of(dtype, 1, 9, 8, 5), q)], [(shape, dtype, q)],
                         "Pool2DOptions", padding=padding, stride_h=2, stride_w=1,
                         filter_height=3, filter_width=2)

            @case("CONV_2D", f"{dtype}, {padding}")
            def _(m, dtype=dtype, padding=padding, shape=shape):
                convolution(m, "CONV_2D", dtype, (7, 3, 2, 5), (*shape[:3], 7), 0, padding)

            @case("DEPTHWISE_CONV_2D", f"{dtype}, {padding}")
            def _(m, dtype=dtype, padding=padding, shape=shape):
                convolution(m, "DEPTHWISE_CONV_2D", dtype, (1, 3, 2, 10), (*shape[:3], 10), 3,
                            padding, depth_multiplier=2)

    for dtype in ("float32", "int8"):
        @case("CONV_2D", f"{dtype}, groups")
        def _(m, dtype=dtype):
            q = (X, (0.11, -20)) if dtype == "int8" else (None, None)
            weights, bias = weights_and_bias(m, dtype, (4, 3, 3, 3), 0)
            m.op("CONV_2D", [m.x(m.of(dtype, 1, 5, 6, 6), q[0]), weights, bias],
                 [((1, 3, 4, 4), dtype, q[1])], "Conv2DOptions", padding="VALID", stride_h=1,
                 stride_w=1)

        for padding, out in (("SAME", (9, 8)), ("SAME", (10, 8)), ("VALID", (11, 9))):
            @case("TRANSPOSE_CONV", f"{dtype}, {padding} {out}")
            def _(m, dtype=dtype, padding=padding, out=out):
                transposed(m, dtype, padding, (1, *out, 6))

    for padding in ("SAME", "VALID"):
        @case("CONV_3D", f"float32, {padding}")
        def _(m, padding=padding):
            same = padding == "SAME"
            out = [window_output(n, k, s, same) for n, k, s in ((5, 2, 1), (6, 3, 2), (7, 3, 2))]
            m.op("CONV_3D", [m.x(m.real(1, 5, 6, 7, 3)), m.const(m.real(2, 3, 3, 3, 4)),
                             m.const(m.real(4))], [((1, *out, 4),)], "Conv3DOptions",
                 padding=padding, stride_d=1, stride_h=2, stride_w=2,
                 fused_activation_function="RELU")

    @case("FULLY_CONNECTED", "float32")
    def _(m):
        m.op("FULLY_CONNECTED", [m.x(m.real(3, 20)), m.const(m.real(7, 20)), m.const(m.real(7))],
             [((3, 7),)], "FullyConnectedOptions")

    @case("FULLY_CONNECTED", "int8")
    def _(m):
        m.op("FULLY_CONNECTED", [m.x(m.int8(3, 20), X), m.const(m.int8(7, 20), (0.01, 0)),
                                 m.const(m.whole(7, low=-2000, high=2000), (X[0] * 0.01, 0))],
             [((3, 7), "int8", (0.09, -2))], "FullyConnectedOptions")

    for adj_x in (False, True):
        for adj_y in (False, True):
            for dtype in ("float32", "int8"):
                @case("BATCH_MATMUL", f"{dtype}, {adj_x}, {adj_y}")
                def _(m, dtype=dtype, adj_x=adj_x, adj_y=adj_y):
                    qs = (X, Y, (0.06, 3)) if dtype == "int8" else (None,) * 3
                    a = m.of(dtype, *((2, 3, 6, 4) if adj_x else (2, 3, 4, 6)))
                    b = m.of(dtype, *((3, 5, 6) if adj_y else (3, 6, 5)))
                    m.op("BATCH_MATMUL", [m.x(a, qs[0]), m.x(b, qs[1])],
                         [((2, 3, 4, 5), dtype, qs[2])], "BatchMatMulOptions", adj_x=adj_x,
                         adj_y=adj_y)


def weights_and_bias(m, dtype, filters, axis):
    channels = filters[axis]
    if dtype == "float32":
        return m.const(m.real(*filters)), m.const(m.real(channels))
    scales = [float(s) for s in m.random.uniform(0.002, 0.02, channels)]
    zeros = [0] * channels
    weights = np.maximum(m.int8(*filters), -127)
    return (m.const(weights, (scales, zeros), axis),
            m.const(m.whole(channels, low=-3000, high=3000), ([s * X[0] for s in scales], zeros)))


def convolution(m, builtin, dtype, filters, out, axis, padding, **fields):
    q = (X, (0.11, -20)) if dtype == "int8" else (None, None)
    weights, bias = weights_and_bias(m, dtype, filters, axis)
    m.op(builtin, [m.x(m.of(dtype, 1, 9, 8, 5), q[0]), weights, bias], [(out, dtype, q[1])],
         "Conv2DOptions" if builtin == "CONV_2D" else "DepthwiseConv2DOptions", padding=padding,
         stride_h=2, stride_w=1, fused_activation_function="RELU", **fields)


def transposed(m, dtype, padding, out):
    q = (X, (0.11, -20)) if dtype == "int8" else (None, None)
    weights, bias = weights_and_bias(m, dtype, (6, 3, 3, 4), 0)
    m.op("TRANSPOSE_CONV", [m.const(list(out)), weights, m.x(m.of(dtype, 1, 5, 4, 4), q[0]), bias],
         [(out, dtype, q[1])], "TransposeConvOptions", padding=padding, stride_h=2, stride_w=2)


add_unary()
add_binary()
add_selections()
add_reductions()
add_windows()
