"""TensorFlow Lite's fixed-point rescaling in Python's integers: what int8 kernels must reproduce."""

import math

import numpy as np


def quantize_multiplier(factor):
    """A real factor as a Q0.31 multiplier and a shift to the left."""
    if factor == 0:
        return 0, 0
    mantissa, exponent = math.frexp(factor)
    fixed = math.floor(mantissa * 2**31 + 0.5)
    if fixed == 2**31:
        fixed //= 2
        exponent += 1
    return (0, 0) if exponent < -31 else (fixed, exponent)


def rescale(values, factor):
    """MultiplyByQuantizedMultiplier with double rounding of each integer."""
    multiplier, shift = quantize_multiplier(factor)
    left, right = max(shift, 0), max(-shift, 0)

    def one(value):
        high = ((int(value) << left) * multiplier + 2**30) >> 31
        if right == 0:
            return high
        rest = high & (2**right - 1)
        return (high >> right) + (rest > (2**right - 1) // 2 + (high < 0))

    return np.array([one(v) for v in np.asarray(values).ravel()], np.int64).reshape(
        np.shape(values))


def requantize(accumulators, factor, zero_point, low=-128, high=127):
    return np.clip(rescale(accumulators, factor) + zero_point, low, high).astype(np.int8)
