"""Nightly suites on a board with the noise of a real one: no false alarm in a hundred nights, and a
planted slowdown of 4 % that is found, confirmed and named."""

import json
import os
import re
import subprocess
import textwrap
import xml.etree.ElementTree as ElementTree

import pytest
from conftest import BOARD, ROOT, local_farm
from suite_farm import range_of, start_suite_farm, suite_text

NIGHTS = 100
JITTER = 2  # percent
PLANTED = 4  # percent of the whole


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    farm = start_suite_farm(tmp_path_factory.mktemp("farm"), jitter=JITTER, seed=20261128)
    yield farm
    farm.down()


@pytest.fixture(scope="module")
def hundred_nights(noisy, tmp_path_factory):
    noisy.apply(tmp_path_factory.mktemp("suite"), suite_text())
    return [noisy.night() for _ in range(NIGHTS)]


def test_a_hundred_nights_without_a_change_raise_no_alarm(hundred_nights):
    for code, run in hundred_nights:
        assert code == 0, run["summary"]
        assert run["state"] == "PASSED", run["summary"]
    assert [run["number"] for _, run in hundred_nights] == list(range(1, NIGHTS + 1))
    # They are real runs that differ by as much as was asked.
    medians = [run["cases"][0]["metric"]["change"]["value"] for _, run in hundred_nights[1:]]
    assert len(set(medians)) > NIGHTS / 2
    mean = sum(medians) / len(medians)
    deviation = (sum((m - mean) ** 2 for m in medians) / len(medians)) ** 0.5 / mean * 100
    assert 0.3 < deviation < JITTER, f"{deviation} %"
    learnt = hundred_nights[-1][1]["cases"][0]["noise"]
    assert learnt["repeats"] == 40
    assert 0.3 < learnt["percent"] < 2 * JITTER
    suspicions = sum(bool(run["cases"][0].get("confirming_jobs")) for _, run in hundred_nights)
    assert suspicions <= NIGHTS / 10, "each costs the farm more runs"


def test_a_planted_slowdown_is_found_confirmed_and_its_layer_named(noisy, hundred_nights, tmp_path):
    code, document = noisy.edgerack("run", ROOT / "client/examples/digits/digits_int8.tflite",
                                    "--board", BOARD, "--option", "functions=3000",
                                    "--option", "samples=2")
    assert code == 0, document
    result = document["results"][0]
    slowed, expected = kernel_of_one_layer(result)
    first, end = range_of(slowed["name"])
    percent = PLANTED / (slowed["percent"] / 100)
    noisy.restart_board([f"{first:#x}-{end:#x}={percent:.2f}"])
    reports = {option: tmp_path / f"report.{option}"
               for option in ("junit", "markdown", "html", "report-json")}
    arguments = [word for option, path in reports.items() for word in (f"--{option}", path)]
    try:
        code, run = noisy.night("nightly", *arguments)
        assert code == 1, run["summary"]
        assert run["state"] == "REGRESSED"
        case = run["cases"][0]
        assert case["state"] == "REGRESSED"
        assert len(case["confirming_results"]) == 3
        assert 2 < case["metric"]["change"]["change_percent"] < 7
        slower = case["findings"][0]
        assert slower["code"] == "SLOWER" and slower["severity"] == "REGRESSION", case["findings"]
        assert f"most of it in layer {expected['index']} " in slower["message"], slower["message"]
        layers = [f["layer"]["index"] for f in case["findings"] if f["code"] == "LAYER_SLOWER"]
        assert layers == [expected["index"]], case["findings"]
        check_reports(reports, run)
        # Nobody changed an input, and the report does not pretend so.
        codes = [suspect["code"] for suspect in case.get("suspects", [])]
        assert not {"FIRMWARE_DIFFERS", "PACKAGE_DIFFERS", "MODEL_DIFFERS"} & set(codes)
        check_compare(noisy, hundred_nights[-1][1], run)
        check_accepting(noisy, run)
    finally:
        noisy.restart_board()


def kernel_of_one_layer(result):
    """A function that is the kernel of one layer and of no other, with a good share of the time."""
    for function in result["functions"]:
        layers = [layer for layer in result["layers"] if function["name"] == f"er_{layer['kernel']}"]
        if len(layers) == 1:
            assert function["percent"] > 10, function
            return function, layers[0]
    raise AssertionError(f"no layer has a kernel of its own: {result['functions']}")


def check_reports(reports, run):
    suite = ElementTree.parse(reports["junit"]).getroot().find("testsuite")
    assert suite.get("tests") == "1" and suite.get("failures") == "1"
    failure = suite.find("testcase/failure")
    assert failure.get("type") == "SLOWER"
    assert failure.get("message") == run["cases"][0]["findings"][0]["message"]
    assert "**REGRESSED**" in reports["markdown"].read_text()
    assert reports["html"].read_text().startswith("<!doctype html>")
    assert json.loads(reports["report-json"].read_text())["id"] == run["id"]


def check_compare(farm, before, after):
    """Two results by hand: exit status 1, slower. Single runs are noisier than three."""
    a = before["cases"][0]["results"][0]
    b = after["cases"][0]["confirming_results"][1]
    code, comparison = farm.edgerack("compare", a.split("/")[1], b.split("/")[1])
    assert comparison["comparable"] is True
    assert code == (1 if comparison["verdict"] == "SLOWER" else 0)
    assert comparison["metrics"][0]["change"]["change_percent"] > -1
    assert len(comparison["layers"]) > 5


def check_accepting(farm, run):
    """With a reason the slow board is the new baseline, and the next night passes."""
    code, document = farm.edgerack("suites", "accept", "nightly", "--reason", " ")
    assert code == 1 and document["error"]["code"] == "REASON_MISSING"
    code, document = farm.edgerack("suites", "accept", "nightly", "--run", run["id"],
                                   "--reason", "the board is what it is", "--by", "the lead")
    assert code == 0, document
    assert len(document["baselines"][0]["results"]) == 4
    code, after = farm.night()
    assert code == 0, after["summary"]
    _, document = farm.edgerack("suites", "baselines", "nightly")
    held, ended = document["baselines"]
    assert held["reason"] == "the board is what it is" and held["accepted_by"] == "the lead"
    assert "end_time" in ended and len(ended["results"]) == 40


def jobs_of(farm):
    """The names of all jobs it ever had."""
    _, document = farm.edgerack("jobs", "list", "--limit", "1000")
    assert len(document["jobs"]) < 1000
    return {job["name"] for job in document["jobs"]}


def test_a_killed_server_loses_nothing_of_a_run(noisy, tmp_path):
    variants = ("a", "b", "c", "d")
    noisy.apply(tmp_path, suite_text("killed", variants, head="repeats = 2"))
    jobs_before = jobs_of(noisy)
    waiting = subprocess.Popen(
        [str(local_farm.BIN / "edgerack"), "--server", f"127.0.0.1:{noisy.port}", "--json",
         "suites", "run", "killed"], stdout=subprocess.PIPE, text=True)

    def some_done():
        _, document = noisy.edgerack("suites", "history", "killed")
        runs = document.get("runs", [])
        return runs and runs[0]["done_count"] in (1, 2)

    noisy.wait_for(some_done, "a case to be done")
    assert noisy.kill("server")
    noisy.start_server()
    printed, _ = waiting.communicate(timeout=120)
    run = json.loads(printed)["run"]
    assert waiting.returncode == 0, run["summary"]
    assert run["state"] == "PASSED"
    jobs = [job for case in run["cases"] for job in case["jobs"]]
    results = [result for case in run["cases"] for result in case["results"]]
    assert len(set(jobs)) == len(set(results)) == 2 * len(variants)
    # No job was made twice.
    assert jobs_of(noisy) == jobs_before | set(jobs)
    assert noisy.night("killed")[1]["number"] == 2
    _, document = noisy.edgerack("suites", "baselines", "killed")
    assert sorted(len(b["results"]) for b in document["baselines"]) == [4] * len(variants)


def test_a_schedule_that_was_missed_is_caught_up_once(noisy, tmp_path):
    """As after a night with the server off."""
    import sqlite3
    noisy.apply(tmp_path, suite_text("scheduled", tail='[schedule]\nwhen = "daily 02:30"\n'))
    noisy.kill("server")
    with sqlite3.connect(noisy.dir / "server" / "edgerack.sqlite") as database:
        database.execute("UPDATE suites SET schedule_time_ms = schedule_time_ms - 3 * 86400000 "
                         "WHERE id = 'scheduled'")
    noisy.start_server()

    def ended():
        _, document = noisy.edgerack("suites", "history", "scheduled")
        runs = document.get("runs", [])
        return runs if runs and runs[0]["state"] != "RUNNING" else None

    runs = noisy.wait_for(ended, "the run of the schedule")
    assert len(runs) == 1
    assert runs[0]["trigger"] == "schedule" and runs[0]["state"] == "PASSED"
    _, suite = noisy.edgerack("suites", "show", "scheduled")
    assert suite["next_run_time"] > runs[0]["create_time"]


def test_limits_changes_of_the_model_and_a_second_run_at_once(noisy, tmp_path):
    noisy.apply(tmp_path, suite_text("limits", tail="[thresholds]\nmax_arena_bytes = 10\n"))
    code, run = noisy.night("limits")
    assert code == 1 and run["cases"][0]["findings"][0]["code"] == "OVER_LIMIT"
    # Another model under the same label is held against the first, and named.
    float_model = ROOT / "client/examples/digits/digits_float.tflite"
    noisy.apply(tmp_path, suite_text("limits", model=float_model))
    code, run = noisy.night("limits")
    assert code == 1
    codes = [finding["code"] for finding in run["cases"][0]["findings"]]
    assert "SLOWER" in codes and "MEMORY_GREW" in codes
    assert run["cases"][0]["suspects"][0]["code"] == "MODEL_DIFFERS"
    code, document = noisy.edgerack("suites", "run", "limits", "--detach")
    assert code == 0
    code, refused = noisy.edgerack("suites", "run", "limits")
    assert code == 1 and refused["error"]["code"] == "SUITE_RUNNING"
    code, cancelled = noisy.edgerack("suites", "cancel", "limits", "--run", document["run"]["id"])
    assert cancelled["state"] == "CANCELLED"
    code, _ = noisy.edgerack("suites", "delete", "limits")
    assert code == 0
    code, gone = noisy.edgerack("suites", "show", "limits")
    assert code == 1 and gone["error"]["code"] == "SUITE_NOT_FOUND"


def test_compare_refuses_what_is_not_the_same_and_replay_runs_again(noisy):
    model = ROOT / "client/examples/digits/digits_int8.tflite"
    ids = []
    for options in ((), ("--option", "dcache=off")):
        code, document = noisy.edgerack("run", model, "--board", BOARD, "--option", "samples=4",
                                        *options)
        assert code == 0, document
        ids.append(document["results"][0]["id"])
    code, comparison = noisy.edgerack("compare", *ids)
    assert code == 1 and comparison["comparable"] is False
    refused = [difference["code"] for difference in comparison["refusals"]]
    assert refused == ["OPTIONS_DIFFER", "CACHES_DIFFER"]
    allowed = [word for refusal in refused for word in ("--allow", refusal)]
    _, comparison = noisy.edgerack("compare", *ids, *allowed)
    assert comparison["comparable"] is True and comparison["metrics"]
    code, comparison = noisy.edgerack("replay", ids[0])
    assert comparison["comparable"] is True, comparison
    assert comparison["baseline"] == f"results/{ids[0]}" and comparison["result"] != ids[0]


def script_in(text, key):
    """The shell commands under `key:` of a YAML file of ours: one block, or a list of one-line and
    folded items."""
    block = re.search(rf"^( *){key}:( \|)?\n((?:\1 +.*\n|\n)+)", text, re.MULTILINE)
    lines = textwrap.dedent(block[3])
    if block[2]:
        return lines
    return "\n".join(" ".join(item.split()) for item in re.split(r"^- ", lines, flags=re.MULTILINE))


@pytest.mark.parametrize("file, key", [("github-action/action.yml", "run"),
                                       ("gitlab-ci.yml", "script")])
def test_what_build_servers_run_works(noisy, tmp_path, file, key):
    """Their own words, on a runner without a build server around it."""
    (tmp_path / "suite.toml").write_text(suite_text("ci", tail="[thresholds]\nmax_arena_bytes = 10\n"))
    script = script_in((ROOT / "deploy" / "ci" / file).read_text(), key)
    assert "suites run" in script
    environment = dict(
        os.environ, EDGERACK_SERVER=f"127.0.0.1:{noisy.port}", EDGERACK="edgerack",
        SUITE="suite.toml", REPORTS="edgerack-reports", TRIGGER="github a/b main 0123abc",
        GITHUB_OUTPUT=str(tmp_path / "output"), GITHUB_STEP_SUMMARY=str(tmp_path / "summary"),
        CI_PROJECT_PATH="a/b", CI_COMMIT_SHORT_SHA="0123abc",
        PATH=f"{local_farm.BIN}:/usr/bin:/bin")
    done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=environment,
                          capture_output=True, text=True)
    assert done.returncode == 1, done.stderr  # the limit
    suite = ElementTree.parse(tmp_path / "edgerack-reports" / "junit.xml").getroot()[0]
    assert suite.get("failures") == "1"
    if key == "run":
        assert (tmp_path / "output").read_text() == "junit=edgerack-reports/junit.xml\n"
        assert "REGRESSED" in (tmp_path / "summary").read_text()
    _, history = noisy.edgerack("suites", "history", "ci")
    assert "0123abc" in history["runs"][0]["trigger"]
