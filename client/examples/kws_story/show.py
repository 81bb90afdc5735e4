"""Prints the scores of the first sample and the class of each: python3 show.py OUTPUTS.npz"""

import sys

import numpy as np

arrays = np.load(sys.argv[1])
scores = arrays[arrays.files[0]]
print("first sample", " ".join(f"{score:.2f}" for score in scores[0]))
print("classes     ", *scores.argmax(axis=1))
