#!/usr/bin/env python3
"""Prints the polynomial coefficients of math_*.c and the error of each in exact arithmetic.

Each is a least-squares fit on Chebyshev nodes, weighted so that the error of the function is
relative to its value; that comes within a factor of two of the best polynomial of the degree.
"""

import math

import numpy as np


def fit(name, function, low, high, degree, weight):
    """function(t) by a polynomial of `degree` in t; `weight` makes an error relative."""
    n = 4000
    nodes = (low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(n) + 0.5) / n)
    values = np.array([function(t) for t in nodes])
    weights = np.array([weight(t) for t in nodes])
    # In t scaled to [-1, 1] the equations are well conditioned.
    scaled = (2 * nodes - low - high) / (high - low)
    chebyshev = np.polynomial.chebyshev.chebvander(scaled, degree)
    solution = np.linalg.lstsq(chebyshev * weights[:, None], values * weights, rcond=None)[0]
    poly = np.polynomial.Chebyshev(solution, domain=[low, high]).convert(
        kind=np.polynomial.Polynomial, domain=[-1, 1], window=[-1, 1])
    worst = np.max(np.abs((poly(nodes) - values) * weights))
    print(f"{name}: degree {degree} on [{low:.6g}, {high:.6g}], error {worst:.2g}")
    print("  " + ", ".join(f"{c:.9e}f" for c in poly.coef))


def over_x(function, limit):
    """function(x) / x as a function of x * x; its limit at 0 is given."""
    return lambda z: function(math.sqrt(z)) / math.sqrt(z) if z > 1e-12 else limit


def main():
    # asin(x) = x + x z P(z), and so on: what is fitted is (f(x) / x - 1) / z.
    def rest(function, series):
        inner = over_x(function, 1.0)
        return lambda z: (inner(z) - 1) / z if z > 1e-4 else series(z)
    fit("tanh", rest(math.tanh, lambda z: -1 / 3 + z * 2 / 15 - z * z * 17 / 315),
        0, 0.625 ** 2, 4, lambda z: z)
    fit("erf, x * P(z)", over_x(math.erf, 2 / math.sqrt(math.pi)), 0, 1, 7, lambda z: 1.0)
    fit("-log(erfc(x))", lambda x: -math.log(math.erfc(x)), 1, 4, 9, math.erfc)
    fit("atan", rest(math.atan, lambda z: -1 / 3 + z / 5 - z * z / 7), 0, math.tan(math.pi / 8) ** 2,
        4, lambda z: z)
    fit("asin", rest(math.asin, lambda z: 1 / 6 + z * 3 / 40 + z * z * 15 / 336), 0, 0.25, 5,
        lambda z: z)


if __name__ == "__main__":
    main()
