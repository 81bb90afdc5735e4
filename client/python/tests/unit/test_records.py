"""Records are the API's messages, field by field, and the two clients are one."""

import dataclasses
import datetime
import inspect
import pickle

import pytest

import edgerack as er
from edgerack import errors
from edgerack._proto import message, pool
from edgerack.records import Job, Result, from_message
from edgerack.records._record import Record

# Requests and responses are built by the core; outputs become arrays.
NO_RECORDS = ("Request", "Response", "ResultOutputs", "OutputTensor")


def api_messages():
    files = ("artifacts", "boards", "comparisons", "diagnoses", "errors", "explanations", "jobs",
             "results", "suites", "tensors", "validation")  # fmt: skip
    for file in files:
        types = pool().FindFileByName(f"edgerack/v1/{file}.proto").message_types_by_name
        yield from (name for name in types if not name.endswith(NO_RECORDS))


def is_optional(annotation):
    return "None" in str(annotation)


@pytest.mark.parametrize("name", list(api_messages()))
def test_a_record_has_every_field_of_its_message(name):
    assert name in Record.by_message, f"edgerack.records lacks a class for the message {name}"
    record = Record.by_message[name]
    fields = {field.name: field for field in dataclasses.fields(record)}
    proto = {field.name: field for field in message(name).DESCRIPTOR.fields}
    assert set(fields) == set(proto), f"edgerack/records: {record.__name__} is not as {name} is"
    for field in proto.values():
        text = str(fields[field.name].type)
        repeated = text.startswith(("tuple", "dict"))
        assert is_optional(text) == (field.has_presence and not repeated), (name, field.name, text)


def test_records_are_frozen_and_equal_by_value():
    result = from_message(Result, message("Result")(id="r"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.id = "other"
    assert result == Result(id="r")
    assert pickle.loads(pickle.dumps(result)) == result


def test_json_has_what_is_known_and_nothing_else():
    sent = message("Result")(id="r", clock_hz=0, verdict="VALID")
    sent.latency.estimated = False
    sent.create_time.FromJsonString("2026-11-28T04:05:06.789Z")
    sent.provenance.options["samples"] = "5"
    record = from_message(Result, sent)
    assert record.create_time == datetime.datetime(
        2026, 11, 28, 4, 5, 6, 789000, datetime.timezone.utc
    )
    assert record.to_dict() == {
        "id": "r", "verdict": "VALID", "issues": [], "clock_hz": 0, "layers": [], "functions": [],
        "stages": [],
        "latency": {"estimated": False, "samples_ms": []},
        "provenance": {"options": {"samples": "5"}, "firmware_says": []},
        "create_time": "2026-11-28T04:05:06.789Z",
    }  # fmt: skip


def test_an_error_s_class_is_called_class():
    sent = message("Job")(id="j", state="FAILED")
    sent.error.error_class, sent.error.code, sent.error.message = 3, "DISK_FULL", "no room"
    assert from_message(Job, sent).to_dict()["error"] == {
        "class": "INFRASTRUCTURE", "code": "DISK_FULL", "message": "no room",
    }  # fmt: skip


def test_a_word_of_a_newer_server_does_not_hurt():
    sent = message("Job").FromString(b"\x20\x63")  # state = 99
    assert from_message(Job, sent).state == "99"


def test_exceptions_form_one_tree_and_survive_pickling():
    for made in (er.UserError, er.JobError, er.InfrastructureError, er.BoardError, er.BugError,
                 er.NotReachable, er.Timeout, er.Cancelled, er.MissingPackage):  # fmt: skip
        assert issubclass(made, er.EdgerackError)
    error = errors.make("BOARD", "BOARD_HUNG", "silent")
    error.jobs = (Job(id="j"),)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.code, again.jobs) == (er.BoardError, "BOARD_HUNG", error.jobs)
    assert str(again) == "silent [BOARD BOARD_HUNG]"


@pytest.mark.parametrize(
    ("blocking", "asynchronous"), [(er.Client, er.AsyncClient), (er.JobHandle, er.AsyncJobHandle)]
)
def test_both_clients_have_the_same_calls(blocking, asynchronous):
    def calls(cls):
        return {n: f for n, f in inspect.getmembers(cls) if not n.startswith("_")}

    assert set(calls(blocking)) == set(calls(asynchronous))
    for name, function in calls(blocking).items():
        if not inspect.isfunction(function):
            continue
        other = calls(asynchronous)[name]
        assert inspect.iscoroutinefunction(other) or inspect.isasyncgenfunction(other), name
        assert inspect.signature(function).parameters == inspect.signature(other).parameters
        assert inspect.getdoc(function), f"{blocking.__name__}.{name} has no docstring"


def test_no_public_signature_names_protobuf_or_grpc():
    for name in er.__all__:
        thing = getattr(er, name)
        if inspect.isclass(thing):
            for member, function in inspect.getmembers(thing, inspect.isfunction):
                if not member.startswith("_"):
                    text = str(inspect.signature(function))
                    assert "_proto" not in text, f"{name}.{member}"
                    assert "grpc" not in text, f"{name}.{member}"
