"""LSTM, GRU, RNN and SVDF in float64, as ONNX and TensorFlow Lite define them."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


FUNCTIONS = {
    "sigmoid": lambda x, a, b: sigmoid(x),
    "tanh": lambda x, a, b: np.tanh(x),
    "relu": lambda x, a, b: np.maximum(x, 0),
    "hard_sigmoid": lambda x, a, b: np.clip(a * x + b, 0, 1),
    "affine": lambda x, a, b: a * x + b,
    "leaky_relu": lambda x, a, b: np.where(x < 0, a * x, x),
    "thresholded_relu": lambda x, a, b: np.where(x > a, x, 0),
    "elu": lambda x, a, b: np.where(x < 0, a * np.expm1(x), x),
    "softsign": lambda x, a, b: x / (1 + abs(x)),
    "softplus": lambda x, a, b: np.log1p(np.exp(x)),
    "scaled_tanh": lambda x, a, b: a * np.tanh(b * x),
}
DEFAULTS = {"lstm": "sigmoid tanh tanh", "gru": "sigmoid tanh", "rnn": "tanh"}
GATES = {"lstm": 4, "gru": 3, "rnn": 1}


def _activations(text):
    result = []
    for item in text.split():
        name, *numbers = item.split(":")
        alpha, beta = ([float(n) for n in numbers] + [0, 0])[:2]
        result.append(lambda x, f=FUNCTIONS[name], a=alpha, b=beta: f(x, a, b))
    return result


def _step(op, x, w, r, wb, rb, h, c, p, act, attributes):
    """One step of one sample; returns h and c."""
    clip = attributes.get("clip", 0)
    bound = (lambda v: np.clip(v, -clip, clip)) if clip else (lambda v: v)
    n = len(h)
    parts = w @ x + wb
    if op == "rnn":
        return act[0](bound(parts + r @ h + rb)), c
    if op == "gru":
        z = act[0](bound(parts[:n] + r[:n] @ h + rb[:n]))
        reset = act[0](bound(parts[n:2 * n] + r[n:2 * n] @ h + rb[n:2 * n]))
        if attributes.get("linear_before_reset"):
            inner = reset * (r[2 * n:] @ h + rb[2 * n:])
        else:
            inner = r[2 * n:] @ (reset * h) + rb[2 * n:]
        return (1 - z) * act[1](bound(parts[2 * n:] + inner)) + z * h, c
    i, o, f, g = np.split(parts + r @ h + rb, 4)
    pi, po, pf = np.split(p, 3)
    i, f = act[0](bound(i + pi * c)), act[0](bound(f + pf * c))
    if attributes.get("coupling") == "forget":
        f = 1 - i
    if attributes.get("coupling") == "input":
        i = 1 - f
    c = f * c + i * act[1](bound(g))
    cell_clip = attributes.get("cell_clip", 0)
    if cell_clip:
        c = np.clip(c, -cell_clip, cell_clip)
    return act[0](bound(o + po * c)) * act[2](c), c


def recurrent(op, x, w, r, b=None, lengths=None, h=None, c=None, p=None, **attributes):
    """y, last h, last c (None but for lstm); operands as the graph's operators take them."""
    layout = attributes.get("layout", 0)
    x = np.asarray(x, np.float64)
    if layout:
        x = x.transpose(1, 0, 2)
    steps, batch, _ = x.shape
    directions, rows, hidden = r.shape
    b = np.zeros((directions, 2 * rows)) if b is None else b
    p = np.zeros((directions, 3 * hidden)) if p is None else p
    lengths = [steps] * batch if lengths is None else lengths
    order = (1, 0, 2) if layout else (0, 1, 2)
    h = np.zeros((directions, batch, hidden)) if h is None else np.array(h, float).transpose(order)
    c = np.zeros((directions, batch, hidden)) if c is None else np.array(c, float).transpose(order)
    h, c = h.astype(np.float64).copy(), c.astype(np.float64).copy()
    texts = attributes.get("activations", DEFAULTS[op])
    act = _activations(texts)
    count = len(DEFAULTS[op].split())
    y = np.zeros((steps, directions, batch, hidden))
    for d in range(directions):
        own = act[d * count:] if len(act) == count * directions else act
        backward = d == 1 or attributes.get("direction") == "reverse"
        for s in range(batch):
            times = range(lengths[s])
            for t in reversed(times) if backward else times:
                h[d, s], c[d, s] = _step(op, x[t, s], w[d].astype(float), r[d].astype(float),
                                         b[d, :rows], b[d, rows:], h[d, s], c[d, s], p[d], own,
                                         attributes)
                y[t, d, s] = h[d, s]
    if layout:
        y = y.transpose(2, 0, 1, 3)
    return y, h.transpose(order), c.transpose(order) if op == "lstm" else None


def svdf(x, features, time, bias, state, rank=1, relu=False):
    """y and the next state [batch, filters * memory]."""
    filters, memory = time.shape
    kept = state.reshape(len(x), filters, memory).astype(np.float64)
    kept = np.concatenate([kept[:, :, 1:], (x.astype(float) @ features.T)[:, :, None]], axis=2)
    y = (kept * time).sum(2).reshape(len(x), -1, rank).sum(2) + bias
    return (np.maximum(y, 0) if relu else y), kept.reshape(state.shape)
