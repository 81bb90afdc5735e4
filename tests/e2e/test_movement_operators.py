"""Operators that move elements, in every element type, matrix products, convolutions and pools of all
kinds: numpy's results on the host, the host's bits on the board."""

import numpy as np
import pytest
from conftest import BOARD
from convolution_reference import convolve, convolve_transposed, int8_average, pool
from graph_pack import Pack, Tensor, const
from resize_reference import nearest, resize, tflite_bilinear_int8, tflite_nearest
from tflite_arithmetic import requantize

TYPES = ("float32", "int8", "uint8", "int16", "int32", "int64", "bool", "quantized")


def random_array(rng, dtype, shape):
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype == "float32":
        return rng.normal(size=shape).astype(np.float32)
    info = np.iinfo(dtype)
    low, high = max(info.min, -2**40), min(info.max, 2**40)
    return rng.integers(low, high, shape, endpoint=True).astype(dtype)


class Mover:
    """Adds cases of one element type; "quantized" is int8 with a scale and a zero point."""

    def __init__(self, dtype):
        self.q = (0.5, -3) if dtype == "quantized" else None
        self.dtype = "int8" if dtype == "quantized" else dtype
        self.rng = np.random.default_rng(7)
        self.pack = Pack(f"movement_{dtype}")

    def array(self, *shape):
        return random_array(self.rng, self.dtype, shape)

    def typed(self, array):
        return Tensor(array, self.q)

    def add(self, name, op, operands, expected, **attributes):
        operands = [self.typed(a) if isinstance(a, np.ndarray) else a for a in operands]
        self.pack.case(name, op, operands, self.typed(expected), **attributes)


def movement_pack(dtype):
    m = Mover(dtype)
    x = m.array(2, 3, 4, 5)
    for perm in ((0, 2, 3, 1), (0, 3, 1, 2), (3, 2, 1, 0), (1, 0, 2, 3), (0, 1, 2, 3)):
        m.add("transpose_" + "".join(map(str, perm)), "transpose", [x], x.transpose(perm), perm=perm)
    six = m.array(2, 1, 3, 2, 2, 3)
    m.add("transpose_six", "transpose", [six], six.transpose(5, 1, 3, 0, 4, 2),
          perm=(5, 1, 3, 0, 4, 2))

    m.add("slice", "slice", [x], x[0:1, 1:3, 0:4, 2:5], begin=(0, 1, 0, 2), end=(1, 3, 4, 5))
    m.add("slice_steps", "slice", [x], x[:, ::2, :, 4:0:-2], begin=(0, 4), end=(2**40, 0),
          steps=(2, -2), axes=(1, 3))
    m.add("slice_negative", "slice", [x], x[..., -3:-1], begin=(-3,), end=(-1,), axes=(-1,))
    m.add("slice_all_back", "slice", [x], x[:, :, ::-1], begin=(-1,), end=(-2**40,), steps=(-1,),
          axes=(2,))
    m.add("reverse", "reverse", [x], x[:, ::-1, :, ::-1], axes=(1, -1))

    for axis in range(4):
        other = np.take(x, [0, 0, 1], axis)
        m.add(f"concat_{axis}", "concat", [x, other, x], np.concatenate([x, other, x], axis),
              axis=axis)
    m.add("concat_one", "concat", [x], x, axis=-1)
    sixteen = [m.array(1, n % 3 + 1) for n in range(16)]
    m.add("concat_sixteen", "concat", sixteen, np.concatenate(sixteen, 1), axis=1)

    pads = ((1, 0), (2, 1), (0, 3), (1, 1))
    flat = [n for pair in pads for n in pair]
    zero = m.q[1] if m.q else 0
    m.add("pad", "pad", [x], np.pad(x, pads, constant_values=zero), pads=flat)
    value = m.array(1)
    m.add("pad_value", "pad", [x, value], np.pad(x, pads, constant_values=value[0]), pads=flat)
    m.add("pad_constant_value", "pad", [x, const(value, m.q)],
          np.pad(x, pads, constant_values=value[0]), pads=flat)
    for mode in ("reflect", "symmetric", "edge", "wrap"):
        m.add(f"pad_{mode}", "pad", [x], np.pad(x, pads, mode=mode), pads=flat, mode=mode)
    m.add("pad_reflect_far", "pad", [x[0, :, 0, 0]], np.pad(x[0, :, 0, 0], (7, 9), mode="reflect"),
          pads=(7, 9), mode="reflect")
    m.add("pad_crop", "pad", [x], np.pad(x[:, 1:, :3], ((0, 0), (0, 1), (2, 0), (0, 0)),
                                         constant_values=zero), pads=(0, 0, -1, 1, 2, -1, 0, 0))

    m.add("expand", "expand", [x[:1, :, :1]], np.broadcast_to(x[:1, :, :1], (2, 2, 3, 4, 5)),
          shape=(2, 2, 1, 4, 5))
    m.add("expand_scalar", "expand", [np.array(x[0, 0, 0, 0])],
          np.broadcast_to(x[0, 0, 0, 0], (3, 2)), shape=(3, 2))
    m.add("tile", "tile", [x[0]], np.tile(x[0], (2, 1, 3)), repeats=(2, 1, 3))
    m.add("tile_six", "tile", [six[:1, :, :2, :, :1]],
          np.tile(six[:1, :, :2, :, :1], (2, 3, 2, 2, 3, 2)), repeats=(2, 3, 2, 2, 3, 2))

    for index_type in (np.int32, np.int64):
        tag = np.dtype(index_type).name
        rows = np.array([[2, 0], [-1, 1]], index_type)
        for axis in (1, 3):
            m.add(f"gather_{tag}_{axis}", "gather", [x, Tensor(rows)], np.take(x, rows, axis),
                  axis=axis)
        m.add(f"gather_constant_{tag}", "gather", [x, const(rows)], np.take(x, rows, 2), axis=2)
    far = np.array([-9, 9, 1], np.int32)
    m.add("gather_limits", "gather", [x, Tensor(far)], np.take(x, [0, 2, 1], 1), axis=1)
    m.add("gather_scalar", "gather", [x, Tensor(np.array(-2, np.int64))], x[:, :, -2], axis=2)
    batch = np.array([[1, 0, 3], [2, 2, -1]], np.int32)
    m.add("gather_batch", "gather", [x, Tensor(batch)],
          np.stack([np.take(x[b], batch[b], 1) for b in range(2)]), axis=2, batch_dims=1)
    add_indexed_cases(m, x)
    add_image_cases(m)
    return m.pack


def scattered(x, places, updates, reduction):
    y = np.array(x)
    how = {"none": lambda a, b: b, "add": lambda a, b: a + b, "mul": lambda a, b: a * b,
           "min": min, "max": max}[reduction]
    with np.errstate(over="ignore"):
        for place, update in zip(places, updates):
            y[place] = how(y[place], update)
    return y


def add_indexed_cases(m, x):
    rng = m.rng
    for axis in range(4):
        shape = [2, 2, 3, 4]
        shape[axis] = 6
        index = rng.integers(-x.shape[axis], x.shape[axis], shape).astype(np.int32 if axis % 2 else
                                                                          np.int64)
        slim = x[tuple(slice(None) if d == axis else slice(n) for d, n in enumerate(shape))]
        m.add(f"gather_elements_{axis}", "gather_elements", [x, Tensor(index)],
              np.take_along_axis(slim, index.astype(np.int64), axis), axis=axis)

    pairs = np.array([[[1, 0], [0, -1]], [[-2, 2], [1, 1]]], np.int64)
    m.add("gather_nd", "gather_nd", [x, Tensor(pairs)],
          np.array([[x[tuple(t)] for t in row] for row in pairs]))
    rows = np.array([[[0], [2]], [[1], [-3]]], np.int32)
    m.add("gather_nd_batch", "gather_nd", [x, const(rows)],
          np.array([[x[b][tuple(t)] for t in rows[b]] for b in range(2)]), batch_dims=1)
    deep = np.array([[1, 2, 3, 4], [0, 0, 0, 0]], np.int64)
    m.add("gather_nd_scalars", "gather_nd", [x, Tensor(deep)], np.array([x[tuple(t)] for t in deep]))

    reductions = ["none"]
    if m.dtype in ("float32", "int32", "int64"):
        reductions += ["add", "mul", "min", "max"]
    for reduction in reductions:
        index = rng.integers(-3, 3, (1, 5, 2, 5)).astype(np.int64)
        updates = m.array(1, 5, 2, 5)
        places = [(i, index[i, j, k, n], k, n) for i, j, k, n in np.ndindex(index.shape)]
        m.add(f"scatter_elements_{reduction}", "scatter_elements", [x, Tensor(index), updates],
              scattered(x, places, updates.ravel(), reduction), axis=1, reduction=reduction)
        tuples = np.array([[1, 2], [0, 0], [1, 2]], np.int32)
        updates = m.array(3, 4, 5)
        places = [(a, b, k, n) for a, b in tuples for k, n in np.ndindex(4, 5)]
        m.add(f"scatter_nd_{reduction}", "scatter_nd", [x, Tensor(tuples), updates],
              scattered(x, places, updates.ravel(), reduction), reduction=reduction)

    for batch_axis, time_axis in ((0, 2), (3, 1), (1, 0)):
        lengths = rng.integers(0, x.shape[time_axis] + 1, x.shape[batch_axis]).astype(np.int64)
        y = np.array(x)
        for b, length in enumerate(lengths):
            head = np.moveaxis(y, (batch_axis, time_axis), (0, 1))[b]
            head[:length] = head[:length][::-1].copy()
        m.add(f"reverse_sequence_{batch_axis}{time_axis}", "reverse_sequence",
              [x, Tensor(lengths)], y, batch_axis=batch_axis, time_axis=time_axis)

    values = m.array(2)
    index = np.array([[1, 7, -1], [0, -6, 4]])
    for axis, index_type, wrap in ((-1, np.int64, 1), (0, np.int32, 0), (1, np.float32, 1)):
        wrapped = np.where((index < 0) & (wrap == 1), index + 5, index)
        hot = np.moveaxis(wrapped[..., None] == np.arange(5), -1, axis)
        m.add(f"one_hot_{axis}", "one_hot", [Tensor(index.astype(index_type)), values],
              np.where(hot, values[1], values[0]), depth=5, axis=axis, wrap_negative=wrap)

    zero = np.array(m.q[1] if m.q else 0, m.dtype)
    for upper, k in ((1, 0), (1, -2), (0, 1), (0, -9), (1, 9)):
        mask = np.ones((4, 5), bool)
        mask = np.triu(mask, k) if upper else np.tril(mask, k)
        m.add(f"trilu_{upper}_{k}".replace("-", "m"), "trilu", [x], np.where(mask, x, zero),
              upper=upper, k=k)


def add_image_cases(m):
    image = m.array(2, 4, 6, 12)
    n, h, w, c = image.shape
    blocks = image.reshape(n, h // 2, 2, w // 2, 2, c)
    m.add("space_to_depth", "space_to_depth", [image],
          blocks.transpose(0, 1, 3, 2, 4, 5).reshape(n, h // 2, w // 2, 4 * c), block=2)
    m.add("space_to_depth_crd", "space_to_depth", [image],
          blocks.transpose(0, 1, 3, 5, 2, 4).reshape(n, h // 2, w // 2, 4 * c), block=2, mode="CRD")
    m.add("depth_to_space", "depth_to_space", [image],
          image.reshape(n, h, w, 2, 2, c // 4).transpose(0, 1, 3, 2, 4, 5).reshape(
              n, 2 * h, 2 * w, c // 4), block=2)
    m.add("depth_to_space_crd", "depth_to_space", [image],
          image.reshape(n, h, w, c // 4, 2, 2).transpose(0, 1, 4, 2, 5, 3).reshape(
              n, 2 * h, 2 * w, c // 4), block=2, mode="CRD")
    small = image[..., :3]
    rows, columns = [0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 3, 4]
    m.add("resize_nearest", "resize", [small], small[:, rows][:, :, columns], mode="nearest",
          coordinate="asymmetric", nearest="floor", out_h=8, out_w=4)


def matmul_pack():
    rng = np.random.default_rng(11)
    pack = Pack("matmul")
    shapes = (((3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((4,), (4, 3)),
              ((2, 3, 4), (4,)), ((4,), (4,)), ((6, 1, 2, 2, 3, 4), (3, 1, 2, 4, 2)))
    for left, right in shapes:
        a = rng.normal(size=left).astype(np.float32)
        b = rng.normal(size=right).astype(np.float32)
        tag = "x".join(map(str, left)) + "_" + "x".join(map(str, right))
        pack.case(f"matmul_{tag}", "matmul", [a, b], np.matmul(a, b), tolerance=1e-5)
        ia = rng.integers(-128, 128, left).astype(np.int8)
        ib = rng.integers(0, 256, right).astype(np.uint8)
        exact = np.matmul(ia.astype(np.int32) - 3, ib.astype(np.int32) - 130)
        pack.case(f"integer_{tag}", "matmul_integer", [ia, ib], exact, a_zero_point=3,
                  b_zero_point=130)
        ua = rng.integers(0, 256, left).astype(np.uint8)
        exact = np.matmul(ua.astype(np.int32) - 120, ib.astype(np.int32) - 130)
        pack.case(f"unsigned_{tag}", "matmul_integer", [ua, ib], exact, a_zero_point=120,
                  b_zero_point=130)
        ib8 = rng.integers(-128, 128, right).astype(np.int8)
        sums = np.matmul(ia.astype(np.int64) + 5, ib8.astype(np.int64) - 7)
        factor = float(np.float32(0.02) * np.float32(0.03)) / 0.125
        q = requantize(sums, factor, -11)
        pack.case(f"int8_{tag}", "matmul", [Tensor(ia, (0.02, -5)), Tensor(ib8, (0.03, 7))],
                  Tensor(q, (0.125, -11)))
    a = rng.normal(size=(2, 4, 3)).astype(np.float32)
    b = rng.normal(size=(2, 5, 4)).astype(np.float32)
    pack.case("matmul_transposed", "matmul", [a, b],
              np.matmul(a.transpose(0, 2, 1), b.transpose(0, 2, 1)), tolerance=1e-5, transpose_a=1,
              transpose_b=1)
    return pack


def resize_pack():
    rng = np.random.default_rng(13)
    pack = Pack("resize")
    image = rng.normal(size=(2, 5, 4, 3)).astype(np.float32)
    coordinates = ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric",
                   "half_pixel_symmetric")
    for out_h, out_w in ((8, 11), (3, 2), (1, 7), (5, 1)):
        for coordinate in coordinates:
            tag = f"{coordinate}_{out_h}x{out_w}"
            size = {"out_h": out_h, "out_w": out_w, "coordinate": coordinate}
            for mode in ("linear", "cubic"):
                pack.case(f"{mode}_{tag}", "resize", [image],
                          resize(image, out_h, out_w, mode, coordinate), tolerance=1e-5, mode=mode,
                          **size)
            for rounding in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
                pack.case(f"nearest_{rounding}_{tag}", "resize", [image],
                          nearest(image, out_h, out_w, coordinate, rounding), mode="nearest",
                          nearest=rounding, **size)
    scaled = {"scale_h": 0.6, "scale_w": 2.7}
    for coordinate in coordinates:
        pack.case(f"scales_{coordinate}", "resize", [image],
                  resize(image, 3, 10, "linear", coordinate, scales=(0.6, 2.7)), tolerance=1e-5,
                  mode="linear", out_h=3, out_w=10, coordinate=coordinate, **scaled)
    pack.case("cubic_exclude", "resize", [image],
              resize(image, 9, 7, "cubic", a=-0.5, exclude=True), tolerance=1e-5, mode="cubic",
              out_h=9, out_w=7, cubic_a=-0.5, exclude_outside=1)
    for mode in ("linear", "cubic"):
        pack.case(f"antialias_{mode}", "resize", [image],
                  resize(image, 2, 3, mode, antialias=True), tolerance=1e-5, mode=mode, out_h=2,
                  out_w=3, antialias=1)
    area = ((0.2, 0.9), (-0.1, 1.3))
    pack.case("crop_and_resize", "resize", [image],
              resize(image, 6, 5, "linear", "tf_crop_and_resize", roi=area, outside=9.5),
              tolerance=1e-5, mode="linear", out_h=6, out_w=5, coordinate="tf_crop_and_resize",
              roi_top=0.2, roi_bottom=0.9, roi_left=-0.1, roi_right=1.3, extrapolation=9.5)

    q = Tensor(rng.integers(-128, 128, (2, 5, 4, 3)).astype(np.int8), (0.5, -3))
    for coordinate in ("half_pixel", "align_corners", "asymmetric"):
        corners, half = coordinate == "align_corners", coordinate == "half_pixel"
        for out_h, out_w in ((8, 11), (3, 2), (1, 64)):
            tag = f"{coordinate}_{out_h}x{out_w}"
            size = {"out_h": out_h, "out_w": out_w, "coordinate": coordinate}
            pack.case(f"int8_linear_{tag}", "resize", [q],
                      Tensor(tflite_bilinear_int8(q.array, out_h, out_w, corners, half), q.q),
                      mode="linear", **size)
            pack.case(f"int8_nearest_{tag}", "resize", [q],
                      Tensor(tflite_nearest(q.array, out_h, out_w, corners, half), q.q),
                      mode="nearest", float_coordinates=1, **size)
    return pack


NAMES = {2: ("h", "w"), 3: ("d", "h", "w")}
BEFORE = {"d": "pad_front", "h": "pad_top", "w": "pad_left"}
AFTER = {"d": "pad_back", "h": "pad_bottom", "w": "pad_right"}


def window(stride, dilation=None, before=None, after=None, extra=None, kernel=None):
    """The attributes of a window, by direction."""
    attributes = {}
    for i, name in enumerate(NAMES[len(stride)]):
        attributes[f"stride_{name}"] = stride[i]
        for key, values in (("dilation_" + name, dilation), (BEFORE[name], before),
                            (AFTER[name], after), ("output_padding_" + name, extra),
                            ("kernel_" + name, kernel)):
            if values:
                attributes[key] = values[i]
    return attributes


def add_convolution(pack, rng, name, op, shape, weight_shape, groups=1, act=None, **geometry):
    """A float32 and an int8 case, the latter with one scale per output channel."""
    compute = convolve_transposed if "transpose" in op else convolve
    x = rng.normal(size=shape).astype(np.float32)
    w = rng.normal(size=weight_shape).astype(np.float32)
    bias = rng.normal(size=weight_shape[0]).astype(np.float32)
    attributes = {"groups": groups, **({"act": act} if act else {}), **window(**geometry)}
    exact = compute(x.astype(np.float64), w, bias, groups=groups, **geometry)
    expected = np.maximum(exact, 0) if act == "relu" else exact
    pack.case(f"{name}_float", op, [x, const(w), const(bias)], expected.astype(np.float32),
              tolerance=2e-5, **attributes)

    x8 = rng.integers(-128, 128, shape).astype(np.int8)
    w8 = rng.integers(-127, 128, weight_shape).astype(np.int8)
    b32 = rng.integers(-2000, 2000, weight_shape[0]).astype(np.int32)
    scales = np.linspace(0.01, 0.03, weight_shape[0]).astype(np.float32)
    zero = -5
    sums = compute(x8.astype(np.int64) - zero, w8, b32, groups=groups, **geometry)
    x_scale, y_scale = float(np.float32(0.05)), float(np.float32(0.4))
    y8 = np.stack([requantize(sums[..., c], x_scale * float(scales[c]) / y_scale, 7,
                              low=7 if act == "relu" else -128)
                   for c in range(weight_shape[0])], -1)
    pack.case(f"{name}_int8", op, [Tensor(x8, (0.05, zero)), ChannelWeights(w8, scales), const(b32)],
              Tensor(y8, (0.4, 7)), **attributes)


class ChannelWeights(Tensor):
    """Constant int8 weights with one scale per output channel, the first dimension."""

    def __init__(self, array, scales):
        super().__init__(array, constant=True)
        self.scales = scales

    def type(self):
        scales = ", ".join(repr(float(s)) for s in self.scales)
        zeros = ", ".join("0" for _ in self.scales)
        return f"{super().type()} q(axis 0, [{scales}], [{zeros}])"


def convolution_pack():
    rng = np.random.default_rng(17)
    pack = Pack("convolutions")
    add_convolution(pack, rng, "groups2", "conv2d", (2, 6, 5, 4), (6, 3, 2, 2), groups=2,
                    stride=(1, 2), dilation=(1, 1), before=(1, 0), after=(1, 1))
    add_convolution(pack, rng, "groups_dilated", "conv2d", (1, 7, 7, 6), (3, 3, 3, 2), groups=3,
                    stride=(1, 1), dilation=(2, 3), before=(2, 3), after=(1, 3), act="relu")
    add_convolution(pack, rng, "uneven_pads", "conv2d", (1, 5, 6, 3), (4, 3, 2, 3), stride=(2, 1),
                    dilation=(1, 2), before=(0, 2), after=(2, 1))
    add_convolution(pack, rng, "volume", "conv3d", (1, 4, 5, 3, 4), (4, 2, 3, 2, 2), groups=2,
                    stride=(1, 2, 1), dilation=(2, 1, 1), before=(1, 0, 1), after=(0, 1, 1))
    add_convolution(pack, rng, "transposed", "conv_transpose2d", (2, 3, 4, 3), (5, 3, 3, 3),
                    stride=(2, 2), before=(1, 0), after=(0, 1), extra=(0, 0))
    add_convolution(pack, rng, "transposed_groups", "conv_transpose2d", (1, 3, 3, 4), (6, 2, 3, 2),
                    groups=2, stride=(3, 2), dilation=(2, 1), before=(1, 1), after=(1, 0),
                    extra=(1, 0), act="relu")
    add_convolution(pack, rng, "transposed_plain", "conv_transpose2d", (1, 4, 1, 2), (2, 1, 1, 2),
                    stride=(1, 1), before=(0, 0), after=(0, 0), extra=(0, 0))
    add_convolution(pack, rng, "transposed_volume", "conv_transpose3d", (1, 2, 3, 2, 2),
                    (3, 2, 2, 3, 2), stride=(2, 1, 2), dilation=(1, 2, 1), before=(0, 1, 1), after=(1, 0, 0),
                    extra=(0, 0, 0))
    return pack


def pool_pack():
    rng = np.random.default_rng(19)
    pack = Pack("pools")
    geometries = {
        "plain": {"kernel": (2, 3), "stride": (2, 1)},
        "padded": {"kernel": (3, 3), "stride": (2, 2), "before": (1, 0), "after": (1, 2)},
        "dilated": {"kernel": (2, 3), "stride": (1, 2), "dilation": (3, 2), "before": (1, 2),
                    "after": (2, 1)},
        "volume": {"kernel": (2, 2, 3), "stride": (1, 2, 2), "dilation": (2, 1, 1),
                   "before": (1, 0, 1), "after": (0, 1, 1)},
    }
    for name, geometry in geometries.items():
        spatial = len(geometry["kernel"])
        shape = (2, 6, 7, 3) if spatial == 2 else (1, 4, 5, 6, 2)
        x = rng.normal(size=shape).astype(np.float32)
        q = Tensor(rng.integers(-128, 128, shape).astype(np.int8), (0.1, 9))
        attributes = window(**geometry)
        reductions = [("max", "max_pool", lambda v: v.max(0), lambda v: v.max(0), {}),
                      ("avg", "avg_pool", lambda v: v.mean(0), int8_average, {})]
        for kind, op, real, integer, more in reductions:
            pack.case(f"{kind}_{name}_float", f"{op}{spatial}d", [x],
                      pool(x, real, **geometry).astype(np.float32), tolerance=1e-6, **attributes)
            pack.case(f"{kind}_{name}_int8", f"{op}{spatial}d", [q],
                      Tensor(pool(q.array, integer, **geometry).astype(np.int8), q.q), **attributes)
        pack.case(f"count_{name}_float", f"avg_pool{spatial}d", [x],
                  pool(x, lambda v: v.mean(0), padding=0, **geometry).astype(np.float32),
                  tolerance=1e-6, count_include_pad=1, **attributes)
        pack.case(f"count_{name}_int8", f"avg_pool{spatial}d", [q],
                  Tensor(pool(q.array, int8_average, padding=9, **geometry).astype(np.int8), q.q),
                  count_include_pad=1, **attributes)
        if spatial == 2:
            norms = {"l1": (lambda v: np.abs(v).sum(0), {"p": 1}),
                     "l2": (lambda v: np.sqrt((v**2).sum(0)), {}),
                     "rms": (lambda v: np.sqrt((v**2).mean(0)), {"mean": 1})}
            for norm, (reduce, more) in norms.items():
                pack.case(f"{norm}_{name}", "lp_pool2d", [x],
                          pool(x, reduce, **geometry).astype(np.float32), tolerance=1e-5,
                          **more, **attributes)
    x = rng.normal(size=(1, 5, 8, 2)).astype(np.float32)
    ceil = {"kernel": (2, 3), "stride": (2, 3)}
    pack.case("max_ceil", "max_pool2d", [x],
              pool(x, lambda v: v.max(0), out=(3, 3), **ceil).astype(np.float32), ceil_mode=1,
              **window(**ceil))
    pack.case("avg_ceil", "avg_pool2d", [x],
              pool(x, lambda v: v.mean(0), out=(3, 3), **ceil).astype(np.float32), tolerance=1e-6,
              ceil_mode=1, **window(**ceil))
    return pack


def lean_convolution_pack():
    """One layer that is most of the arena: its kernel has to do with little scratch memory."""
    pack = Pack("lean convolution")
    add_convolution(pack, np.random.default_rng(19), "lean", "conv2d", (1, 24, 24, 3), (16, 3, 3, 3),
                    stride=(1, 1), dilation=(1, 1), before=(1, 1), after=(1, 1))
    return pack


PACKS = [movement_pack(dtype) for dtype in TYPES] + [
    matmul_pack(), resize_pack(), convolution_pack(), lean_convolution_pack(), pool_pack()]


@pytest.mark.parametrize(("pack", "case"), [
    pytest.param(pack, case, id=f"{pack.name}-{case}") for pack in PACKS for case in pack.expected])
def test_the_host_gives_what_numpy_gives(host_outputs, pack, case):
    pack.check(case, host_outputs(pack)[case])


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_board_gives_the_hosts_bits(farm, pack, tmp_path):
    pack.check_on_board(farm, tmp_path, BOARD)
