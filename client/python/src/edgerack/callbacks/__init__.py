"""Callbacks for frameworks; each module needs its framework and is imported by name.

`edgerack.callbacks.keras.Benchmark`, `edgerack.callbacks.lightning.Benchmark`.
"""
