"""Convolutions and poolings over two or three directions by their definition, in numpy."""

import itertools

import numpy as np


def convolve(x, weights, bias=0, stride=(1, 1), dilation=(1, 1), before=(0, 0), after=(0, 0),
             groups=1):
    """x [n, spatial…, c], weights [o, taps…, c / groups]; sums in the type of x, which is wide."""
    spatial = len(stride)
    x = np.pad(x, ((0, 0), *zip(before, after), (0, 0)))
    taps = weights.shape[1:-1]
    out = [(x.shape[1 + d] - (taps[d] - 1) * dilation[d] - 1) // stride[d] + 1
           for d in range(spatial)]
    channels, filters = weights.shape[-1], weights.shape[0] // groups
    y = np.zeros((x.shape[0], *out, weights.shape[0]), x.dtype) + np.asarray(bias, x.dtype)
    for tap in itertools.product(*map(range, taps)):
        part = x[(slice(None), *(slice(tap[d] * dilation[d],
                                       tap[d] * dilation[d] + (out[d] - 1) * stride[d] + 1,
                                       stride[d]) for d in range(spatial)))]
        for g in range(groups):
            w = weights[(slice(g * filters, (g + 1) * filters), *tap)].astype(x.dtype)
            y[..., g * filters:(g + 1) * filters] += np.tensordot(
                part[..., g * channels:(g + 1) * channels], w, ([-1], [-1]))
    return y


def convolve_transposed(x, weights, bias=0, stride=(1, 1), dilation=(1, 1), before=(0, 0),
                        after=(0, 0), extra=(0, 0), groups=1):
    """Every input pixel adds its weighted taps to the output, whose edges are then cut off."""
    spatial = len(stride)
    taps = weights.shape[1:-1]
    size = [(x.shape[1 + d] - 1) * stride[d] + (taps[d] - 1) * dilation[d] + 1 + extra[d]
            for d in range(spatial)]
    channels, filters = weights.shape[-1], weights.shape[0] // groups
    y = np.zeros((x.shape[0], *size, weights.shape[0]), x.dtype)
    for pixel in np.ndindex(*x.shape[1:-1]):
        for tap in itertools.product(*map(range, taps)):
            at = tuple(pixel[d] * stride[d] + tap[d] * dilation[d] for d in range(spatial))
            for g in range(groups):
                w = weights[(slice(g * filters, (g + 1) * filters), *tap)].astype(x.dtype)
                y[(slice(None), *at, slice(g * filters, (g + 1) * filters))] += (
                    x[(slice(None), *pixel, slice(g * channels, (g + 1) * channels))] @ w.T)
    y = y + np.asarray(bias, x.dtype)
    return y[(slice(None), *(slice(before[d], size[d] - after[d]) for d in range(spatial)))]


def pool(x, reduce, kernel, stride, dilation=None, before=None, after=None, out=None,
         padding=None):
    """reduce(values [taps, n, c]) of each window. `padding`: what counts in the padding."""
    spatial = len(kernel)
    dilation, before, after = (v or (d,) * spatial for v, d in
                               ((dilation, 1), (before, 0), (after, 0)))
    size = x.shape[1:-1]
    out = out or [(size[d] + before[d] + after[d] - (kernel[d] - 1) * dilation[d] - 1)
                  // stride[d] + 1 for d in range(spatial)]
    y = np.empty((x.shape[0], *out, x.shape[-1]), np.float64)
    for pixel in np.ndindex(*out):
        values = []
        for tap in itertools.product(*map(range, kernel)):
            at = [pixel[d] * stride[d] - before[d] + tap[d] * dilation[d] for d in range(spatial)]
            if all(0 <= at[d] < size[d] for d in range(spatial)):
                values.append(x[(slice(None), *at)].astype(np.float64))
            elif padding is not None and all(at[d] < size[d] + after[d] for d in range(spatial)):
                values.append(np.full((x.shape[0], x.shape[-1]), padding, np.float64))
        y[(slice(None), *pixel)] = reduce(np.array(values))
    return y


def int8_average(values):
    """TensorFlow Lite's: half away from zero."""
    total, count = values.sum(0), len(values)
    return np.trunc((total + np.where(total > 0, count // 2, -(count // 2))) / count)
