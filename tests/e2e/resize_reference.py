"""Resizing as ONNX and TensorFlow Lite define it, pixel by pixel in Python."""

import math

import numpy as np


def place(x, size, out, coordinate, scale=None, roi=(0.0, 1.0)):
    """The coordinate of output index x in an input of `size`."""
    ratio = scale if scale else out / size
    if coordinate == "asymmetric":
        return x / ratio
    if coordinate == "align_corners":
        return 0.0 if x == 0 else x * (size - 1) / (size * ratio - 1)
    if coordinate == "pytorch_half_pixel" and out == 1:
        return 0.0
    if coordinate == "tf_crop_and_resize":
        if out == 1:
            return (roi[0] + roi[1]) * (size - 1) / 2
        return roi[0] * (size - 1) + x * (roi[1] - roi[0]) * (size - 1) / (out - 1)
    if coordinate == "half_pixel_symmetric":
        return size / 2 * (1 - out / (size * ratio)) + (x + 0.5) / ratio - 0.5
    return (x + 0.5) / ratio - 0.5


def cubic(distance, a):
    d = abs(distance)
    if d <= 1:
        return (a + 2) * d**3 - (a + 3) * d**2 + 1
    return a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a if d < 2 else 0.0


def interpolated_row(row, at, mode, a, exclude, shrink):
    """The value between the elements of `row` (elements x channels) at coordinate `at`."""
    radius = math.ceil((2 if mode == "cubic" else 1) / shrink)
    total, weights = 0.0, 0.0
    for i in range(math.floor(at) - radius, math.floor(at) + radius + 2):
        distance = (i - at) * shrink
        weight = cubic(distance, a) if mode == "cubic" else max(0.0, 1 - abs(distance))
        if exclude and not 0 <= i < len(row):
            continue
        total = total + weight * row[min(max(i, 0), len(row) - 1)]
        weights += weight
    return total / weights if exclude or shrink < 1 else total


def resize(image, out_h, out_w, mode, coordinate="half_pixel", scales=(None, None), a=-0.75,
           exclude=False, antialias=False, roi=((0.0, 1.0), (0.0, 1.0)), outside=0.0):
    """Linear or cubic, image NHWC."""
    y = np.asarray(image, np.float64)
    beyond = []
    for axis, (out, scale, area) in enumerate(zip((out_h, out_w), scales, roi), start=1):
        size = image.shape[axis]
        shrink = min(1.0, scale or out / size) if antialias else 1.0
        places = [place(x, size, out, coordinate, scale, area) for x in range(out)]
        rows = np.moveaxis(y, axis, 0)
        y = np.moveaxis(np.array([interpolated_row(rows, at, mode, a, exclude, shrink)
                                  for at in places]), 0, axis)
        beyond.append([coordinate == "tf_crop_and_resize" and not 0 <= at <= size - 1
                       for at in places])
    y[:, beyond[0]] = outside
    y[:, :, beyond[1]] = outside
    return y.astype(np.float32)


def nearest(image, out_h, out_w, coordinate, rounding, scales=(None, None)):
    choose = {"floor": math.floor, "ceil": math.ceil,
              "round_prefer_floor": lambda at: math.ceil(at - 0.5),
              "round_prefer_ceil": lambda at: math.floor(at + 0.5)}[rounding]
    tables = [[min(max(choose(place(x, image.shape[axis], out, coordinate, scale)), 0),
                   image.shape[axis] - 1) for x in range(out)]
              for axis, (out, scale) in enumerate(zip((out_h, out_w), scales), start=1)]
    return image[:, tables[0]][:, :, tables[1]]


def tflite_bilinear_int8(image, out_h, out_w, align_corners, half_pixel):
    """ResizeBilinearInteger: positions and weights in fractions of 2^10."""
    tables = []
    for axis, out in ((1, out_h), (2, out_w)):
        size = image.shape[axis]
        step = ((1024 * size + out // 2) // out if not align_corners or out == 1
                else (1024 * (size - 1) + (out - 1) // 2) // (out - 1))
        table = []
        for x in range(out):
            at = x * step + (step // 2 - 512 if half_pixel else 0)
            low = max(int(at / 1024), 0)
            high = min(int((at + 1023) / 1024), size - 1)
            table.append((min(low, size - 1), high, at - 1024 * low))
        tables.append(table)
    y = np.empty((image.shape[0], out_h, out_w, image.shape[3]), np.int8)
    wide = image.astype(np.int64)
    for i, (top, bottom, fy) in enumerate(tables[0]):
        for j, (left, right, fx) in enumerate(tables[1]):
            total = (wide[:, top, left] * (1024 - fy) * (1024 - fx)
                     + wide[:, bottom, left] * fy * (1024 - fx)
                     + wide[:, top, right] * (1024 - fy) * fx + wide[:, bottom, right] * fy * fx)
            half = np.where(total > 0, 1 << 19, -(1 << 19))
            y[:, i, j] = np.trunc((total + half) / (1 << 20)).astype(np.int8)
    return y


def tflite_nearest(image, out_h, out_w, align_corners, half_pixel):
    tables = []
    for axis, out in ((1, out_h), (2, out_w)):
        size = image.shape[axis]
        step = (np.float32(size - 1) / np.float32(out - 1) if align_corners and out > 1
                else np.float32(size) / np.float32(out))
        offset = np.float32(0.5 if half_pixel else 0.0)
        at = [(np.float32(x) + offset) * step for x in range(out)]
        index = [math.floor(v + np.float32(0.5)) if align_corners else math.floor(v) for v in at]
        tables.append([min(max(i, 0), size - 1) for i in index])
    return image[:, tables[0]][:, :, tables[1]]
