"""The builtins that move elements, pick them by index, or are known when compiling."""

import numpy as np
from tflite_cases import X, Y, case


def each_type(builtin, dtypes=("float32", "int8", "int32")):
    """One case for each element type; the function takes (model, input of a shape, output type)."""
    def add(function):
        for dtype in dtypes:
            @case(builtin, dtype)
            def _(m, dtype=dtype):
                q = X if dtype == "int8" else None
                function(m, lambda *shape: m.x(m.of(dtype, *shape), q), (dtype, q))
        return function
    return add


@each_type("RESHAPE")
def _(m, x, t):
    m.op("RESHAPE", [x(3, 4, 5), m.const([5, 12])], [((5, 12), *t)], "ReshapeOptions",
         new_shape=[5, 12])


@each_type("SQUEEZE")
def _(m, x, t):
    m.op("SQUEEZE", [x(3, 1, 5, 1)], [((3, 5), *t)])


@each_type("EXPAND_DIMS")
def _(m, x, t):
    m.op("EXPAND_DIMS", [x(3, 5), m.const(np.int32(1))], [((3, 1, 5), *t)])


@each_type("TRANSPOSE")
def _(m, x, t):
    m.op("TRANSPOSE", [x(2, 3, 4, 5), m.const([3, 1, 0, 2])], [((5, 3, 2, 4), *t)])


@each_type("PAD")
def _(m, x, t):
    m.op("PAD", [x(2, 3, 4), m.const([[0, 1], [2, 0], [1, 1]])], [((3, 5, 6), *t)])


@each_type("PADV2")
def _(m, x, t):
    a = x(3, 4)
    for value in (7, 0, X[1]):
        m.op("PADV2", [a, m.const([[2, 0], [1, 1]]), m.const(np.array(value, t[0]), t[1])],
             [((5, 6), *t)])


@each_type("MIRROR_PAD")
def _(m, x, t):
    a = x(3, 4)
    for mode in ("REFLECT", "SYMMETRIC"):
        m.op("MIRROR_PAD", [a, m.const([[2, 1], [1, 2]])], [((6, 7), *t)], "MirrorPadOptions",
             mode=mode)


@each_type("TILE")
def _(m, x, t):
    m.op("TILE", [x(2, 3), m.const([3, 2])], [((6, 6), *t)])


@each_type("BROADCAST_TO")
def _(m, x, t):
    m.op("BROADCAST_TO", [x(3, 1), m.const([2, 3, 4])], [((2, 3, 4), *t)])


@each_type("REVERSE_V2")
def _(m, x, t):
    m.op("REVERSE_V2", [x(2, 3, 4), m.const([1])], [((2, 3, 4), *t)])


@each_type("REVERSE_SEQUENCE", ("float32", "int32"))
def _(m, x, t):
    m.op("REVERSE_SEQUENCE", [x(3, 4, 2), m.x(np.array([1, 4, 3], np.int32))], [((3, 4, 2), *t)],
         "ReverseSequenceOptions", seq_dim=1, batch_dim=0)


@each_type("CONCATENATION")
def _(m, x, t):
    m.op("CONCATENATION", [x(2, 3, 4), x(2, 1, 4), x(2, 2, 4)], [((2, 6, 4), *t)],
         "ConcatenationOptions", axis=1)
    parts = [x(2, 1) for _ in range(20)]  # more than one kernel takes
    m.op("CONCATENATION", parts, [((2, 20), *t)], "ConcatenationOptions", axis=-1)


@each_type("PACK")
def _(m, x, t):
    parts = [x(2, 3) for _ in range(4)]
    m.op("PACK", parts, [((2, 4, 3), *t)], "PackOptions", values_count=4, axis=1)
    m.op("PACK", parts, [((2, 3, 4), *t)], "PackOptions", values_count=4, axis=-1)


@each_type("UNPACK")
def _(m, x, t):
    m.op("UNPACK", [x(2, 3, 4)], [((2, 4), *t)] * 3, "UnpackOptions", num=3, axis=1)


@each_type("SPLIT")
def _(m, x, t):
    m.op("SPLIT", [m.const(np.int32(1)), x(2, 6, 3)], [((2, 2, 3), *t)] * 3, "SplitOptions",
         num_splits=3)


@each_type("SPLIT_V")
def _(m, x, t):
    m.op("SPLIT_V", [x(2, 6, 3), m.const([1, -1, 2]), m.const(np.int32(-2))],
         [((2, n, 3), *t) for n in (1, 3, 2)], "SplitVOptions", num_splits=3)


@each_type("SLICE")
def _(m, x, t):
    m.op("SLICE", [x(4, 5, 6), m.const([1, 0, 2]), m.const([2, -1, 3])], [((2, 5, 3), *t)])


@each_type("STRIDED_SLICE")
def _(m, x, t):
    a = x(4, 5, 6)
    array = np.zeros((4, 5, 6))

    def piece(begin, end, strides, index, **masks):
        m.op("STRIDED_SLICE", [a, m.const(begin), m.const(end), m.const(strides)],
             [(array[index].shape, *t)], "StridedSliceOptions", **masks)

    every = slice(None)
    piece([1, 0, 5], [3, 5, 0], [1, 2, -2], np.s_[1:3, ::2, 5:0:-2])
    piece([1, 1, 1], [-1, -1, -1], [1, 1, 2], np.s_[1:, :4, :-1:2], begin_mask=6, end_mask=1)
    piece([3, 0, 0], [0, 0, 0], [-1, 1, 1], np.s_[3::-1, :, :], end_mask=7)
    piece([0, -2, 0], [0, 0, 0], [1, 1, 1], np.s_[:, -2, :], begin_mask=5, end_mask=5,
          shrink_axis_mask=2)
    piece([0, 1], [0, 3], [1, 1], (every, every, slice(1, 3)), ellipsis_mask=1)
    piece([0, 1, 2], [0, 3, 0], [1, 1, 1], np.s_[None, 1:3, 2], new_axis_mask=1,
          shrink_axis_mask=4)


@each_type("GATHER")
def _(m, x, t):
    a = x(4, 5, 6)
    m.op("GATHER", [a, m.const([[3, 0], [4, 4]])], [((4, 2, 2, 6), *t)], "GatherOptions", axis=1)
    m.op("GATHER", [a, m.x(np.array([[2], [0], [4], [1]], np.int32))], [((4, 1, 6), *t)],
         "GatherOptions", axis=1, batch_dims=1)


@each_type("GATHER_ND")
def _(m, x, t):
    m.op("GATHER_ND", [x(4, 5, 6), m.x(np.array([[3, 0], [1, 4], [0, 0]], np.int32))],
         [((3, 6), *t)])


@each_type("SCATTER_ND", ("float32", "int32"))
def _(m, x, t):
    m.op("SCATTER_ND", [m.const([[3], [1], [3]]), x(3, 2), m.const([5, 2])], [((5, 2), *t)])


@each_type("ONE_HOT", ("float32", "int8", "int32"))
def _(m, x, t):
    indices = m.x(np.array([[0, 2, -1], [3, 7, 1]], np.int32))
    on, off = (m.const(np.array(v, t[0]), t[1]) for v in (5, 2))
    m.op("ONE_HOT", [indices, m.const(np.int32(4)), on, off], [((2, 3, 4), *t)], "OneHotOptions",
         axis=-1)
    m.op("ONE_HOT", [indices, m.const(np.int32(4)), on, off], [((2, 4, 3), *t)], "OneHotOptions",
         axis=1)


@each_type("SPACE_TO_DEPTH")
def _(m, x, t):
    m.op("SPACE_TO_DEPTH", [x(1, 4, 6, 3)], [((1, 2, 3, 12), *t)], "SpaceToDepthOptions",
         block_size=2)


@each_type("DEPTH_TO_SPACE")
def _(m, x, t):
    m.op("DEPTH_TO_SPACE", [x(1, 2, 3, 12)], [((1, 4, 6, 3), *t)], "DepthToSpaceOptions",
         block_size=2)


@each_type("SPACE_TO_BATCH_ND")
def _(m, x, t):
    m.op("SPACE_TO_BATCH_ND", [x(2, 5, 6, 3), m.const([3, 2]), m.const([[1, 0], [2, 0]])],
         [((12, 2, 4, 3), *t)])


@each_type("BATCH_TO_SPACE_ND")
def _(m, x, t):
    m.op("BATCH_TO_SPACE_ND", [x(12, 2, 4, 3), m.const([3, 2]), m.const([[1, 0], [2, 1]])],
         [((2, 5, 5, 3), *t)])


@case("SPACE_TO_BATCH_ND", "a dilated convolution")
def _(m):
    x = m.inner("SPACE_TO_BATCH_ND", [m.x(m.real(1, 9, 9, 3)), m.const([2, 2]),
                                      m.const([[2, 3], [2, 3]])], (4, 7, 7, 3))
    y = m.inner("CONV_2D", [x, m.const(m.real(5, 3, 3, 3)), m.const(m.real(5))], (4, 5, 5, 5),
                options="Conv2DOptions", padding="VALID", stride_h=1, stride_w=1)
    m.op("BATCH_TO_SPACE_ND", [y, m.const([2, 2]), m.const([[0, 1], [0, 1]])], [((1, 9, 9, 5),)])


RESIZES = {"": {}, ", corners": {"align_corners": True}, ", centers": {"half_pixel_centers": True}}
for _how, _flags in RESIZES.items():
    for _dtype in ("float32", "int8"):
        for _name in ("BILINEAR", "NEAREST_NEIGHBOR"):
            @case(f"RESIZE_{_name}", _dtype + _how)
            def _(m, dtype=_dtype, name=_name, flags=_flags):
                q = X if dtype == "int8" else None
                x = m.x(m.of(dtype, 1, 5, 7, 3), q)
                kind = {"BILINEAR": "ResizeBilinearOptions"}.get(name,
                                                                 "ResizeNearestNeighborOptions")
                for size in ((10, 14), (8, 9), (3, 4)):
                    m.op(f"RESIZE_{name}", [x, m.const(list(size))], [((1, *size, 3), dtype, q)],
                         kind, **flags)


@case("SHAPE", "folded")
def _(m):
    x = m.x(m.real(2, 3, 4))
    shape = m.inner("SHAPE", [x], (3,), "int32", options="ShapeOptions", out_type="INT32")
    rank = m.inner("RANK", [x], (), "int32")
    m.op("ADD", [m.x(m.whole(3)), shape], [((3,), "int32")], "AddOptions")
    m.op("ADD", [m.x(m.whole(3)), rank], [((3,), "int32")], "AddOptions")
    # A shape that is computed: [2, 3, 4] -> [2, 12].
    first = m.inner("STRIDED_SLICE", [shape, m.const([0]), m.const([1]), m.const([1])], (),
                    "int32", options="StridedSliceOptions", shrink_axis_mask=1)
    wanted = m.inner("PACK", [first, m.const(np.int32(12))], (2,), "int32", options="PackOptions",
                     values_count=2, axis=0)
    m.op("RESHAPE", [x, wanted], [((2, 12),)])
    m.op("TILE", [x, shape], [((4, 9, 16),)])


@case("SHAPE", "of the model")
def _(m):
    m.op("SHAPE", [m.x(m.real(2, 3, 4))], [((3,), "int32")], "ShapeOptions", out_type="INT32")


@case("RANK", "folded")
def _(m):
    rank = m.inner("RANK", [m.x(m.real(2, 3, 4))], (), "int32")
    m.op("MUL", [m.x(m.whole(5)), rank], [((5,), "int32")], "MulOptions")


@case("RANGE", "folded")
def _(m):
    count = m.inner("RANGE", [m.const(np.int32(v)) for v in (3, 12, 2)], (5,), "int32")
    m.op("ADD", [m.x(m.whole(5)), count], [((5,), "int32")], "AddOptions")
    steps = m.inner("RANGE", [m.const(np.float32(v)) for v in (1, 0, -0.3)], (4,))
    m.op("MUL", [m.x(m.real(4)), steps], [((4,),)], "MulOptions")


@case("FILL", "folded")
def _(m):
    filled = m.inner("FILL", [m.const([2, 3]), m.const(np.float32(1.5))], (2, 3))
    m.op("MUL", [m.x(m.real(2, 3)), filled], [((2, 3),)], "MulOptions")


@case("FILL", "a value of the model")
def _(m):
    m.op("FILL", [m.const([2, 3]), m.x(np.array(4, np.int32))], [((2, 3), "int32")])


@case("ZEROS_LIKE", "folded")
def _(m):
    x = m.x(m.real(2, 3))
    zeros = m.inner("ZEROS_LIKE", [x], (2, 3))
    m.op("MAXIMUM", [x, zeros], [((2, 3),)])


@case("CONCATENATION", "int8 of other scales is rescaled")
def _(m):
    """TFLite refuses this; the expected result is its own QUANTIZE in front."""
    a, b = m.x(m.int8(2, 30), X), m.x(m.int8(2, 30), Y)
    same = m.inner("QUANTIZE", [b], (2, 30), "int8", X)
    m.op("CONCATENATION", [a, same], [((4, 30), "int8", X)], "ConcatenationOptions", axis=0)
