"""Writes the models of the corpus, a folder per format: `write_models.py FOLDER`. They are seeds of fuzzing:
each already reaches a refusal, or an operator's corner, that random bytes do not find."""

import pathlib
import sys

import keras_models
import onnx_models
import text_models
import tflite_models

CORPORA = {"keras": keras_models, "onnx": onnx_models, "text": text_models, "tflite": tflite_models}


def main():
    for format_name, corpus in CORPORA.items():
        folder = pathlib.Path(sys.argv[1], format_name)
        folder.mkdir(parents=True, exist_ok=True)
        for entry in corpus.REFUSED + corpus.TAKEN:
            (folder / entry.name).write_bytes(entry.make())


if __name__ == "__main__":
    main()
