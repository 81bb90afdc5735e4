"""The doctor names planted causes, and none where nothing is wrong. `python3 test_doctor.py PLANTS
CLEAN SEED` runs as many as one likes and prints what was missed."""

import collections
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pytest

import doctor_models
import doctor_plants
from doctor_models import doctor


def codes(diagnosis):
    return [cause["code"] for cause in diagnosis["causes"]]


def run_plants(subjects, folder, count, seed):
    """(found, missed, causes named in all)."""
    random = np.random.default_rng(seed)
    found, named = collections.Counter(), 0
    missed = []
    for number in range(count):
        subject, x, plant = doctor_plants.random_plant(subjects, random)
        diagnosis = doctor(subject, x, plant.outputs, folder)
        named += len(diagnosis["causes"])
        if plant.code in codes(diagnosis):
            found[plant.code] += 1
        else:
            missed.append((number, subject.name, plant.code, plant.detail, codes(diagnosis)))
    return found, missed, named


def run_clean(subjects, folder, count, seed):
    """Outputs that are right, or differ as another runtime's rounding does; those it blamed."""
    random = np.random.default_rng(seed)
    blamed = []
    for number in range(count):
        subject = subjects[random.integers(len(subjects))]
        x = subject.real_inputs(random, int(random.integers(1, 9)))
        outputs = subject.run(subject.encode(x).tobytes())
        if random.random() < 0.5:  # another runtime
            if outputs.dtype == np.float32:
                noise = random.normal(0, 2e-6, outputs.shape) * np.abs(outputs).max()
                outputs = (outputs + noise).astype(np.float32)
            else:
                off = random.choice([-1, 0, 0, 0, 1], outputs.shape)
                outputs = np.clip(outputs.astype(int) + off, -128, 127).astype(outputs.dtype)
        diagnosis = doctor(subject, x, outputs, folder)
        if codes(diagnosis) != ["NONE"]:
            blamed.append((number, subject.name, codes(diagnosis)))
    return blamed


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("doctor")


@pytest.fixture(scope="module")
def subjects(folder):
    return doctor_models.own_subjects(folder)


def test_random_plants_are_named(subjects, folder):
    found, missed, named = run_plants(subjects, folder, 30, seed=1)
    print(f"\nnamed {sum(found.values())} of 30 plants, {named / 30:.2f} causes each; missed {missed}")
    assert len(missed) <= 3, missed


def test_nothing_is_blamed_for_right_outputs(subjects, folder):
    assert run_clean(subjects, folder, 40, seed=2) == []


def test_one_channel_cannot_have_a_wrong_layout(subjects, folder):
    subject = next(s for s in subjects if s.name == "dscnn_qdq")
    x = subject.real_inputs(np.random.default_rng(3), 4)
    wrong = subject.run(subject.encode(x.transpose(0, 1, 3, 2)).tobytes())
    diagnosis = doctor(subject, x, wrong, folder)
    assert codes(diagnosis) == ["TRANSPOSED_HW"]
    assert any("one channel" in note for note in diagnosis["notes"])


def test_another_model_on_the_board_is_recognised(subjects, folder):
    first = next(s for s in subjects if s.name == "colour")
    path = folder / "old.onnx"
    doctor_models.write_colour_onnx(path, seed=6)
    old = doctor_models.Subject("old", path, folder, first.real_inputs)
    x = first.real_inputs(np.random.default_rng(4), 4)
    diagnosis = doctor(first, x, old.run(old.encode(x).tobytes()), folder,
                       "--other-model", f"{path}=old.onnx")
    assert codes(diagnosis) == ["STALE_WEIGHTS"]
    assert "old.onnx" in diagnosis["causes"][0]["what"]


def test_noise_is_explained_by_nothing(subjects, folder):
    random = np.random.default_rng(7)
    for subject in subjects[:2]:  # the small ones: all searches run to their end
        x = subject.real_inputs(random, 5)
        right = subject.run(subject.encode(x).tobytes())
        if right.dtype == np.float32:
            wrong = random.permuted(right, axis=1) + random.normal(0, 0.3, right.shape)
            wrong = wrong.astype(np.float32)
        else:
            wrong = random.integers(-128, 128, right.shape).astype(right.dtype)
        diagnosis = doctor(subject, x, wrong, folder)
        assert not diagnosis["agrees"]
        assert codes(diagnosis) == [], subject.name


def test_what_does_not_belong_together_is_refused(subjects, folder):
    subject = subjects[0]
    x = subject.real_inputs(np.random.default_rng(5), 3)
    np.savez(folder / "meant.npz", input_0=x)
    for name, outputs in [("fewer samples", np.zeros((2, 10), np.int8)),
                          ("another shape", np.zeros((3, 7), np.int8))]:
        np.savez(folder / "board.npz", output_0=outputs)
        done = subprocess.run([doctor_models.BIN / "edgerack-compile", "doctor", subject.path,
                               "--inputs", folder / "meant.npz", "--outputs", folder / "board.npz"],
                              capture_output=True, text=True)
        assert done.returncode == 1, name
        assert "BAD_DATASET" in done.stderr


if __name__ == "__main__":
    plants, clean, seed = (int(a) for a in sys.argv[1:4])
    with tempfile.TemporaryDirectory() as temporary:
        here = pathlib.Path(temporary)
        all_subjects = doctor_models.own_subjects(here)
        if doctor_models.SHARED:
            all_subjects += doctor_models.shared_subjects(here)
        found, missed, named = run_plants(all_subjects, here, plants, seed)
        print(f"{len(all_subjects)} models: named {sum(found.values())} of {plants} plants "
              f"({100 * sum(found.values()) / max(1, plants):.1f} %), "
              f"{named / max(1, plants):.2f} causes each")
        for code, count in sorted(found.items()):
            print(f"  {code:20} {count} named, {sum(m[2] == code for m in missed)} missed")
        for miss in missed:
            print("  missed", *miss)
        blamed = run_clean(all_subjects, here, clean, seed + 1)
        print(f"clean runs: {clean}, blamed: {len(blamed)} {blamed}")
