"""Options clock, icache, dcache, art and placement: in force, read back, and gone with the next run."""

import pytest
from conftest import DIGITS, start_farm

SHORT = ("--option", "samples=2", "--option", "warmup=1", "--option", "board_samples=10")
INT8 = DIGITS / "digits_int8.tflite"
BOARDS = ("virtual-f746", "virtual-h743", "virtual-n6")


@pytest.fixture(scope="module")
def farm(tmp_path_factory):
    started = start_farm(tmp_path_factory.mktemp("farm"), kinds=BOARDS, cycle_model=True)
    yield started
    started.down()


def run(farm, board, *options, model=INT8):
    arguments = [argument for option in options for argument in ("--option", option)]
    code, document = farm.edgerack("run", model, "--board", board, "--dataset",
                                   DIGITS / "digits.npz", *SHORT, *arguments)
    return code, document


def result_of(farm, board, *options):
    code, document = run(farm, board, *options)
    assert code == 0, document
    result = document["results"][0]
    assert result["agreement"]["bit_exact"] == result["agreement"]["samples"] == 10
    return result


def error_of(farm, board, *options):
    code, document = run(farm, board, *options)
    assert code == 1, document
    # Some are found before there is a job.
    return document["job"]["error"] if "job" in document else document["error"]


def codes(result):
    return {issue["code"] for issue in result["issues"]}


def test_the_f746_at_216_and_288_mhz(farm):
    usual = result_of(farm, "virtual-f746", "clock=216")
    faster = result_of(farm, "virtual-f746", "clock=288")
    assert (usual["clock_hz"], faster["clock_hz"]) == (216_000_000, 288_000_000)
    assert usual["verdict"] == "VALID"
    assert faster["verdict"] == "DEGRADED" and "CLOCK_OUT_OF_SPEC" in codes(faster)
    ratio = faster["latency"]["median_ms"] / usual["latency"]["median_ms"]
    assert abs(ratio - 0.75) <= 0.01, ratio


def test_the_h743_at_lower_clocks(farm):
    for mhz in (480, 400, 240, 100):
        result = result_of(farm, "virtual-h743", f"clock={mhz}")
        assert result["clock_hz"] == mhz * 1_000_000
        assert result["verdict"] == "VALID"


@pytest.mark.parametrize("board, mhz", [("virtual-f746", 400),
                                        ("virtual-h743", 550), ("virtual-n6", 100)])
def test_a_clock_that_cannot_be_is_refused_and_the_board_stays_well(farm, board, mhz):
    error = error_of(farm, board, f"clock={mhz}")
    assert (error["class"], error["code"]) == ("JOB", "CLOCK_NOT_AVAILABLE"), error
    assert f"clock={mhz}" in error["message"]
    result_of(farm, board)


@pytest.mark.parametrize("board", ["virtual-f746", "virtual-h743"])
def test_caches_are_off_for_one_run(farm, board):
    result = result_of(farm, board, "icache=off", "dcache=off")
    assert result["provenance"]["icache"] is False and result["provenance"]["dcache"] is False
    assert result["verdict"] == "DEGRADED" and "CACHES_OFF" in codes(result)
    data = result_of(farm, board, "dcache=off")
    assert data["provenance"]["icache"] is True and data["provenance"]["dcache"] is False
    after = result_of(farm, board)
    assert after["provenance"]["icache"] is True and after["provenance"]["dcache"] is True
    assert after["verdict"] == "VALID"


def test_the_accelerator_of_the_f746_counts(farm):
    off = result_of(farm, "virtual-f746", "art=off")
    on = result_of(farm, "virtual-f746")
    assert (off["provenance"]["art"], on["provenance"]["art"]) == (False, True)
    assert off["cycles"]["median"] > 1.5 * on["cycles"]["median"]


@pytest.mark.parametrize("board, option, region", [
    ("virtual-f746", "arena", "DTCM"), ("virtual-f746", "arena", "ITCM"),
    ("virtual-f746", "weights", "SRAM1"), ("virtual-f746", "weights", "FLASH_ITCM"),
    ("virtual-f746", "weights", "DTCM"), ("virtual-f746", "stack", "SRAM1"),
    ("virtual-f746", "code", "ITCM"), ("virtual-f746", "code", "FLASH"),
    ("virtual-h743", "arena", "DTCM"), ("virtual-h743", "arena", "SRAM1"),
    ("virtual-h743", "weights", "AXI_SRAM"), ("virtual-h743", "weights", "SRAM4"),
    ("virtual-h743", "stack", "AXI_SRAM"), ("virtual-h743", "code", "ITCM"),
    ("virtual-n6", "arena", "DTCM"), ("virtual-n6", "weights", "DTCM"),
    ("virtual-n6", "stack", "DDR4")])
def test_a_place_is_taken_told_and_given_back(farm, board, option, region):
    moved = result_of(farm, board, f"{option}={region}")
    assert moved["memory"][f"{option}_region"] == region
    assert moved["verdict"] == "VALID"
    usual = result_of(farm, board)
    assert usual["memory"][f"{option}_region"] != region


def test_everything_moved_at_once(farm):
    result = result_of(farm, "virtual-h743", "arena=DTCM", "weights=AXI_SRAM", "code=ITCM",
                       "stack=SRAM2", "clock=400", "dcache=off")
    memory = result["memory"]
    assert [memory[f"{what}_region"] for what in ("arena", "weights", "code", "stack")] == \
        ["DTCM", "AXI_SRAM", "ITCM", "SRAM2"]
    used = {region["name"]: region["used_bytes"] for region in memory["regions"]}
    assert used["DTCM"] == memory["arena_bytes"] and used["AXI_SRAM"] == memory["package_bytes"]


@pytest.mark.parametrize("board, option, names", [
    ("virtual-f746", "arena=SDRAM", ("SRAM1", "DTCM")), ("virtual-f746", "arena=FLASH", ("SRAM1",)),
    ("virtual-f746", "code=SRAM1", ("FLASH_ITCM", "ITCM")), ("virtual-n6", "code=DTCM", ("ITCM",))])
def test_a_place_that_is_none_names_those_that_are(farm, board, option, names):
    error = error_of(farm, board, option)
    assert (error["class"], error["code"]) == ("JOB", "BAD_OPTION"), error
    assert option in error["message"] and all(name in error["message"] for name in names), error


def test_a_place_that_is_too_small_is_found_by_the_compiler(farm):
    error = error_of(farm, "virtual-f746", "weights=SRAM2")
    assert error["code"] == "DOES_NOT_FIT" and "SRAM2" in error["message"], error


def test_code_elsewhere_goes_with_no_other_build(farm):
    error = error_of(farm, "virtual-f746", "code=ITCM", "build=O0")
    assert error["code"] == "NO_SUCH_BUILD", error


def test_sweep_of_placement_and_clock(farm):
    code, document = farm.edgerack("sweep", INT8, "--board", "virtual-f746", *SHORT,
                                   "--vary", "placement")
    assert code == 0, document
    rows = {run["values"]["placement"]: run for run in document["runs"]}
    assert rows["usual"]["options"] == {}
    assert rows["arena DTCM + code ITCM"]["result"]["memory"]["code_region"] == "ITCM"
    assert rows["weights SRAM2"]["job"]["error"]["code"] == "DOES_NOT_FIT"
    code, document = farm.edgerack("sweep", INT8, "--board", "virtual-f746", *SHORT,
                                   "--vary", "clock", "--vary", "caches=both,none")
    assert code == 0, document
    assert [run["values"] for run in document["runs"]] == [
        {"clock": "216", "caches": "both"}, {"clock": "216", "caches": "none"},
        {"clock": "288", "caches": "both"}, {"clock": "288", "caches": "none"}]


@pytest.mark.parametrize("board", BOARDS)
def test_functions_of_the_firmware_by_samples_of_the_program_counter(farm, board):
    result = result_of(farm, board, "functions=320")
    functions = result["functions"]
    total = sum(function["samples"] for function in functions)
    assert 40 <= total <= 320, functions  # a busy machine samples late
    assert abs(sum(function["percent"] for function in functions) - 100) < 0.1
    # An int8 CNN spends its time in its kernels; the Helium ones call `multiply`, which is assembly.
    kernels = [function for function in functions
               if function.get("file", "").startswith("kernels/") or function["name"] == "multiply"]
    assert sum(function["samples"] for function in kernels) > 0.6 * total, functions
    assert any("conv2d" in function.get("file", "") for function in kernels), functions
    assert result_of(farm, board)["functions"] == []
