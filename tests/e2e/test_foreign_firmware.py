"""Somebody else's firmware on a board of the farm: flashed, timed, stored beside ours, and gone."""

import re
import subprocess

import numpy as np
from conftest import BOARD, DIGITS, ROOT, local_farm

BUILD = local_farm.BIN.parent
FOREIGN = BUILD / "tests" / "foreign_firmware"
IMAGES = BUILD / "share" / "edgerack" / "firmware"
SHORT = ("--option", "windows=3", "--option", "window_s=0.05")
TIMES = r"regex=run \d+ took (?P<us>\d+) us"


def run(farm, image, protocol, *arguments):
    return farm.edgerack("run", "--firmware", FOREIGN / image, "--protocol", protocol, "--board",
                         BOARD, *arguments)


def error_of(outcome):
    code, document = outcome
    assert code == 1, document
    assert not document.get("results")
    return document["job"]["error"] if "job" in document else document["error"]


def codes(result):
    return {issue["code"] for issue in result["issues"]}


def sums(image):
    """What the foreign network computes of 64 bytes."""
    weights = np.array([[(i * 37 + j * 11) % 15 - 7 for j in range(64)] for i in range(10)])
    return weights @ image.astype(int) / 1000


def test_nothing_of_ours_is_in_it():
    for name in ("mlperf_device", "log_printer"):
        elf = FOREIGN / f"{name}.elf"
        symbols = subprocess.run(["arm-none-eabi-nm", elf], check=True, capture_output=True, text=True)
        assert not re.search(r"\ber_", symbols.stdout)
        assert b"edgerack" not in elf.read_bytes().lower()
    text = (ROOT / "tests" / "foreign_firmware" / "CMakeLists.txt").read_text()
    assert "firmware_dir}/../" not in text and "${CMAKE_SOURCE_DIR}" not in text


def test_an_image_that_speaks_mlperf_is_timed_and_stored_beside_ours(farm, tmp_path):
    image = np.arange(64, dtype=np.uint8) * 3
    np.save(tmp_path / "x.npy", image)
    code, document = run(farm, "mlperf_device.elf", "mlperf-tiny", "--input", tmp_path / "x.npy",
                         *SHORT)
    assert code == 0, document
    theirs = document["results"][0]
    windows = theirs["throughput"]["windows"]
    assert len(windows) == 3
    for window in windows:
        assert window["seconds"] >= 0.05 and window["inferences"] >= 10
        assert abs(window["per_s"] * window["seconds"] - window["inferences"]) < 1e-6 * window["inferences"]
    assert theirs["throughput"]["median_per_s"] == sorted(w["per_s"] for w in windows)[1]
    assert np.allclose(theirs["throughput"]["results"], sums(image), atol=0.0005)
    assert theirs["latency"]["estimated"] is True and len(theirs["latency"]["samples_ms"]) == 3
    assert theirs["verdict"] == "DEGRADED" and "WINDOW_TOO_SHORT" in codes(theirs)
    assert theirs["layers"] == []
    provenance = theirs["provenance"]
    assert provenance["protocol"] == "mlperf-tiny" and len(provenance["firmware_sha256"]) == 64
    assert "m-name-dut-[someone else]" in provenance["firmware_says"]
    assert "m-model-[sum10]" in provenance["firmware_says"]
    assert [stage["name"] for stage in theirs["stages"]] == \
        ["queue", "acquire", "flash", "handshake", "run"]
    # The resident firmware is back by itself, and both results are of the same board.
    farm.wait_until_idle(60)
    code, document = farm.edgerack("run", DIGITS / "digits_int8.tflite", "--board", BOARD,
                                   "--dataset", DIGITS / "digits.npz", "--option",
                                   "board_samples=10")
    assert code == 0, document
    ours = document["results"][0]
    assert ours["agreement"]["bit_exact"] == 10
    stages = {stage["name"]: stage for stage in ours["stages"]}
    assert stages["flash"]["skipped"] is True
    code, document = farm.edgerack("results", "list")
    assert code == 0
    listed = {result["id"]: result for result in document["results"]}
    assert listed[ours["id"]]["board"]["uid"] == listed[theirs["id"]]["board"]["uid"] != ""
    assert listed[theirs["id"]]["model_display_name"] == "mlperf_device.elf"
    code, document = farm.edgerack("explain", theirs["id"])
    assert code == 0, document


def test_times_are_found_in_a_log(farm):
    code, document = run(farm, "log_printer.elf", "log-regex", "--option", TIMES, "--option",
                         "samples=5")
    assert code == 0, document
    result = document["results"][0]
    samples = result["latency"]["samples_ms"]
    assert len(samples) == 5 and all(0.01 < sample < 10 for sample in samples)
    assert result["provenance"]["firmware_says"][0] == "sum10 by someone else"
    assert "throughput" not in result and "cycles" not in result


def test_an_image_that_hangs_ends_as_the_jobs_error_and_the_board_comes_back(farm):
    error = error_of(run(farm, "hanging_device.elf", "mlperf-tiny", *SHORT, "--option",
                         "timeout.run_ms=2500"))
    assert (error["class"], error["code"]) == ("JOB", "FOREIGN_SILENT"), error
    assert "stage run" in error["message"] and "m-warmup-start-2" in error["message"]
    farm.assert_usable()


def test_an_image_that_never_answers_is_told_with_its_last_words(farm):
    error = error_of(run(farm, "log_printer.elf", "mlperf-tiny", *SHORT, "--option",
                         "timeout.handshake_ms=2500"))
    assert (error["class"], error["code"]) == ("JOB", "FOREIGN_SILENT"), error
    assert "stage handshake" in error["message"] and " took " in error["message"]
    error = error_of(run(farm, "mlperf_device.elf", "log-regex", "--option", TIMES, "--option",
                         "timeout.run_ms=1000"))
    assert error["code"] == "FOREIGN_SILENT" and "m-init-done" in error["message"], error


def test_what_may_not_be_flashed_is_refused_before_the_board(farm, tmp_path):
    error = error_of(run(farm, "misplaced_device.elf", "mlperf-tiny"))
    assert (error["class"], error["code"]) == ("USER", "FIRMWARE_NOT_FOR_CHIP"), error
    assert "0x30000000" in error["message"]
    # The file of another chip's firmware, and one that is no ELF file.
    error = error_of(run(farm, IMAGES / "virtual-n6" / "firmware.elf", "edgerack-link"))
    assert error["code"] == "FIRMWARE_NOT_FOR_CHIP", error
    error = error_of(run(farm, DIGITS / "digit.png", "log-regex", "--option", TIMES))
    assert (error["class"], error["code"]) == ("USER", "BAD_ELF"), error
    assert "digit.png" in error["message"]
    code, document = run(farm, "log_printer.elf", "log-regex")
    assert code == 1 and document["error"]["code"] == "BAD_OPTION", document
    code, document = run(farm, "log_printer.elf", "mlperf-tiny", "--option", "kernels=ref")
    assert code == 1 and document["error"]["code"] == "BAD_OPTION", document


def test_another_build_of_ours_is_somebody_elses_image(farm):
    """An image that speaks the link, with a model that the job names."""
    image = IMAGES / "stm32f746g-disco" / "variants" / "O3-FLASH" / "firmware.elf"
    code, document = farm.edgerack(
        "run", DIGITS / "digits_int8.tflite", "--board", BOARD, "--dataset", DIGITS / "digits.npz",
        "--option", "board_samples=3", "--firmware", image, "--protocol", "edgerack-link")
    assert code == 0, document
    result = document["results"][0]
    assert result["agreement"]["bit_exact"] == 3
    build_id = (image.parent / "build_id").read_text().strip()
    assert result["provenance"]["firmware_build_id"] == build_id
    assert result["provenance"]["protocol"] == "edgerack-link"
    farm.wait_until_idle(60)
    board = farm.boards()[0]
    assert board["firmware_build_id"] != build_id
