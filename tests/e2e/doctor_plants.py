"""Mistakes as people make them, planted at random: what the board would have given with each. Written
apart from the doctor's own hypotheses, in numpy and on the package's bytes."""

import numpy as np

from doctor_models import round_half_away

LINE = 32


class Plant:
    """`outputs` is what the user holds; None where this mistake cannot be made here."""

    def __init__(self, code, detail, outputs):
        self.code, self.detail, self.outputs = code, detail, outputs


def _feed(subject, code, detail, encoded):
    return Plant(code, detail, subject.run(np.ascontiguousarray(encoded).tobytes()))


def double_quantization(s, random, x, clean):
    if s.scale is None:
        return None
    q = s.quantize(x)
    return _feed(s, "DOUBLE_QUANTIZATION", "", s.encode(q.astype(np.float32)))


def float_bytes(s, random, x, clean):
    if not s.int8:
        return None
    per_sample = x[0].size
    raw = b"".join(sample.astype("<f4").tobytes()[:per_sample] for sample in x)
    return Plant("FLOAT_BYTES_AS_INT8", "", s.run(raw))


def missing_scale(s, random, x, clean):
    if s.output["dtype"] == "int8" and random.random() < 0.5:
        return Plant("MISSING_SCALE", "output", clean.astype(np.float32))
    if not s.int8:
        return None
    cut = random.random() < 0.5
    q = np.clip(np.trunc(x) if cut else round_half_away(x), -128, 127).astype(np.int8)
    return _feed(s, "MISSING_SCALE", "cut" if cut else "rounded", q)


def wrong_zero_point(s, random, x, clean):
    if not s.int8:
        return None
    zero = int(random.choice([0, -s.zero_point, random.integers(-128, 128)]))
    if zero == s.zero_point:
        return None
    q = np.clip(round_half_away(x / s.scale) + zero, -128, 127).astype(np.int8)
    return _feed(s, "WRONG_ZERO_POINT", f"{zero} for {s.zero_point}", q)


def unsigned(s, random, x, clean):
    if s.output["dtype"] == "int8" and random.random() < 0.4:
        return Plant("UINT8_INT8_OFFSET", "output", clean.view(np.uint8))
    if not s.int8:
        return None
    return _feed(s, "UINT8_INT8_OFFSET", "input", s.encode(x).view(np.uint8) ^ 0x80)


def normalization(s, random, x, clean):
    if not s.int8 and s.input["dtype"] != "float32":
        return None
    usual = [(255, 0), (1 / 255, 0), (2, -1), (0.5, 0.5), (1 / 127.5, -1), (1, -0.5), (1, -128),
             (1 / float(x.std()), -float(x.mean()) / float(x.std())), (1 / 128, 0), (-1, 1)]
    a, b = usual[random.integers(len(usual))]
    if random.random() < 0.25:  # nobody's list holds these
        a = float(np.exp(random.uniform(np.log(0.25), np.log(4))))
        b = float(random.uniform(-0.4, 0.4) * (x.max() - x.min()))
    return _feed(s, "NORMALIZATION_RANGE", f"{a:.4g} x + {b:.4g}", s.encode(np.float32(a * x + b)))


def layout(s, random, x, clean):
    if len(s.shape) != 4:
        return None
    channels_first = s.path.suffix == ".onnx"
    n, a, b, c = x.shape
    if (a if channels_first else c) == 1:
        return None
    moved = x.transpose(0, 2, 3, 1) if channels_first else x.transpose(0, 3, 1, 2)
    return _feed(s, "LAYOUT_NCHW_NHWC", "", s.encode(moved.reshape(x.shape)))


def transposed(s, random, x, clean):
    if len(s.shape) != 4:
        return None
    axes = (0, 1, 3, 2) if s.path.suffix == ".onnx" else (0, 2, 1, 3)
    return _feed(s, "TRANSPOSED_HW", "", s.encode(x.transpose(axes).reshape(x.shape)))


def stale_weights(s, random, x, clean):
    layers = s.weights()
    first = int(random.integers(len(layers)))
    last = first if random.random() < 0.5 else len(layers) - 1
    byte = int(random.choice([0x00, 0xFF]))

    def change(data):
        for op, tensors in layers[first:last + 1]:
            for t in tensors:
                # What the compiler made beside weights and biases is code's, not the model file's.
                if len(t["shape"]) < 2:
                    continue
                data[t["offset"]:t["offset"] + t["bytes"]] = bytes([byte]) * t["bytes"]
    package = s.changed_package(change)
    return Plant("STALE_WEIGHTS", f"layers {first}..{last} of {len(layers)}, {byte:#x}",
                 s.run(s.encode(x).tobytes(), package))


def byte_order(s, random, x, clean):
    if clean.dtype == np.float32 and random.random() < 0.4:
        return Plant("BYTE_ORDER", "output", clean.byteswap())
    encoded = s.encode(x)
    if not s.int8:
        return _feed(s, "BYTE_ORDER", "floats", encoded.byteswap())
    group = int(random.choice([2, 4]))
    flat = encoded.reshape(len(x), -1)
    whole = flat.shape[1] // group * group
    swapped = flat.copy()
    swapped[:, :whole] = flat[:, :whole].reshape(len(x), -1, group)[:, :, ::-1].reshape(len(x), whole)
    return _feed(s, "BYTE_ORDER", f"groups of {group}", swapped)


def sample_order(s, random, x, clean):
    if random.random() < 0.5:
        return Plant("SAMPLE_ORDER", "roll", np.roll(clean, int(random.integers(1, len(x))), axis=0))
    return Plant("SAMPLE_ORDER", "permutation", clean[random.permutation(len(x))])


def saturated(s, random, x, clean):
    if not s.int8 and s.input["dtype"] != "float32":
        return None
    if s.int8 and random.random() < 0.4:
        gain = float(random.uniform(1.5, 6))
        return _feed(s, "SATURATED_INPUT", f"gain {gain:.3g}", s.encode(np.float32(x * gain)))
    low, high = np.quantile(x, [random.uniform(0, 0.3), random.uniform(0.6, 0.95)])
    if random.random() < 0.3:
        low = x.min()
    return _feed(s, "SATURATED_INPUT", f"{low:.4g}..{high:.4g}", s.encode(np.clip(x, low, high)))


def per_tensor_weights(s, random, x, clean):
    """Weights of every int8 layer rounded to the largest of its channels' scales."""
    layers = []
    for op, tensors in s.weights():
        w = next(t for t in tensors if len(t["shape"]) >= 2)
        rest = [t for t in tensors if t["dtype"] == "int32" and len(t["shape"]) == 1]
        if w["dtype"] != "int8" or len(rest) < 3 or not op["kernel"].startswith(
                ("conv2d_s8", "depthwise_conv2d_s8", "fully_connected_s8")):
            continue
        layers.append((op, w, rest[0], rest[-2], rest[-1]))
    if not layers:
        return None

    def view(data, t):
        dtype = np.dtype(t["dtype"])
        return np.frombuffer(data, dtype, t["bytes"] // dtype.itemsize, t["offset"])

    def change(data):
        for op, w, bias, multiplier, shift in layers:
            m, sh = view(data, multiplier).astype(np.float64), view(data, shift)
            factor = m * 2.0 ** sh  # proportional to the channels' scales
            ratio = factor / factor.max()
            if np.all(ratio == 1):
                continue
            weights, biases = view(data, w), view(data, bias)
            if op["kernel"].startswith("depthwise"):
                grouped = weights.reshape(-1, len(ratio))
                scaled = grouped * ratio[None, :]
            else:
                grouped = weights.reshape(len(ratio), -1)
                scaled = grouped * ratio[:, None]
            weights[:] = np.clip(round_half_away(scaled), -127, 127).astype(np.int8).reshape(-1)
            biases[:] = round_half_away(biases * ratio).astype(np.int32)
            largest = int(np.argmax(factor))
            view(data, multiplier)[:] = view(data, multiplier)[largest]
            view(data, shift)[:] = view(data, shift)[largest]
    package = s.changed_package(change)
    return Plant("PER_TENSOR_WEIGHTS", "", s.run(s.encode(x).tobytes(), package))


def stale_lines(s, random, x, clean):
    raw = s.encode(x).reshape(len(x), -1).view(np.uint8)
    lines = -(-raw.shape[1] // LINE)
    if lines < 2:
        return None
    kind = random.integers(3)
    stale = np.zeros(lines, bool)
    if kind == 0:  # not cleaned to the end
        stale[-int(random.integers(1, max(2, lines // 2))):] = True
    elif kind == 1:  # the first lines
        stale[:int(random.integers(1, max(2, lines // 2)))] = True
    else:
        stale[random.choice(lines, int(random.integers(1, max(2, lines // 3))), replace=False)] = True
    before = np.vstack([np.zeros_like(raw[:1]), raw[:-1]])
    mask = np.repeat(stale, LINE)[:raw.shape[1]]
    fed = np.where(mask[None, :], before, raw)
    return Plant("STALE_CACHE_LINES", f"{int(stale.sum())} of {lines}", s.run(fed.tobytes()))


ALL = [double_quantization, float_bytes, missing_scale, wrong_zero_point, unsigned, normalization,
       layout, transposed, stale_weights, byte_order, sample_order, saturated, per_tensor_weights,
       stale_lines]


def _changes(clean, given):
    if given.dtype != clean.dtype or given.shape != clean.shape:
        return True
    if clean.dtype == np.float32:
        with np.errstate(invalid="ignore"):
            return not np.all(np.abs(given - clean) <= 1e-4 * np.abs(clean).max())
    return bool(np.any(given != clean))


def random_plant(subjects, random):
    """(subject, meant inputs, plant) where the plant changes the output."""
    while True:
        s = subjects[random.integers(len(subjects))]
        x = s.real_inputs(random, int(random.integers(3, 9)))
        clean = s.run(s.encode(x).tobytes())
        plant = ALL[random.integers(len(ALL))](s, random, x, clean)
        if plant is not None and _changes(clean, plant.outputs):
            return s, x, plant
