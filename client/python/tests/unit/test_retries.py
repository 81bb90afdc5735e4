"""What a call does when the server is away, too slow or refuses; time is the test's own."""

import grpc
import pytest
from scripted import UNAVAILABLE, Failure, Scripted

import edgerack as er
from edgerack._core import jobs
from edgerack._core.blocking import finish, iterate
from edgerack._core.jobs import Order
from edgerack._core.retry import Retry
from edgerack._proto import message
from edgerack.inputs.model import ModelFile
from edgerack.records import Job

JOB = message("Job")(id="j", name="jobs/j", state="QUEUED")
DONE = message("Job")(id="j", name="jobs/j", state="SUCCEEDED")
MODEL = message("Model")(id="m", name="models/m")
TOO_SLOW = Failure(grpc.StatusCode.DEADLINE_EXCEEDED)


def refused(error_class, code, status=grpc.StatusCode.INVALID_ARGUMENT):
    """As the server says it: google.rpc.ErrorInfo in the status details."""
    status_proto = message("google.rpc.Status")(code=status.value[0], message="why")
    info = message("google.rpc.ErrorInfo")(reason=code, domain="edgerack.dev")
    info.metadata["class"] = error_class
    status_proto.details.add().Pack(info)
    return Failure(status, "why", (("grpc-status-details-bin", status_proto.SerializeToString()),))


def get_job(connection, timeout=1000.0, retry=None):
    session = connection.session(retry)
    return finish(jobs.get(session, "j", session.deadline(timeout, "the test")))


def watched(job, *results):
    return message("WatchJobResponse")(job=job, results=results)


def test_a_call_is_repeated_while_the_server_is_away_with_growing_pauses():
    connection = Scripted(UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, JOB)
    assert get_job(connection).id == "j"
    assert connection.pauses == [0.1, 0.2, 0.4]


def test_jitter_shortens_pauses_and_the_longest_pause_bounds_them():
    retry = Retry(first_pause_s=1.0, longest_pause_s=8.0, jitter=0.5)
    assert [retry.pause_s(tries, lambda: 0.0) for tries in (1, 2, 5, 100)] == [1.0, 2.0, 8.0, 8.0]
    assert retry.pause_s(5, lambda: 1.0) == 4.0


def test_a_server_that_never_answered_is_given_up_soon():
    connection = Scripted(UNAVAILABLE)
    with pytest.raises(er.NotReachable) as caught:
        get_job(connection)
    assert caught.value.code == "SERVER_NOT_REACHED"
    assert "test:1" in str(caught.value)
    assert 5.0 < connection.now_s < 15.0


def test_a_server_that_was_there_is_waited_for_longer():
    connection = Scripted(JOB, UNAVAILABLE)
    session = connection.session(Retry(away_s=100.0))
    finish(jobs.get(session, "j", session.deadline(1000, "the test")))
    with pytest.raises(er.NotReachable):
        finish(jobs.get(session, "j", session.deadline(1000, "the test")))
    assert 100.0 < connection.now_s < 110.0


def test_no_call_outlives_its_timeout():
    connection = Scripted(UNAVAILABLE)
    with pytest.raises(er.Timeout) as caught:
        get_job(connection, timeout=2.0)
    assert caught.value.code == "TIMEOUT_REACHED"
    assert connection.now_s == pytest.approx(2.0)
    assert all(timeout <= 2.0 for _, _, timeout in connection.calls)


def test_a_server_that_answers_nothing_is_a_timeout():
    with pytest.raises(er.Timeout) as caught:
        get_job(Scripted((30.0, TOO_SLOW)))
    assert caught.value.code == "SERVER_TOO_SLOW"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("USER", er.UserError),
        ("JOB", er.JobError),
        ("INFRASTRUCTURE", er.InfrastructureError),
        ("BOARD", er.BoardError),
        ("BUG", er.BugError),
        ("NEWER_THAN_US", er.BugError),
    ],
)
def test_the_server_s_class_and_code_become_an_exception(name, kind):
    connection = Scripted(refused(name, "SOME_CODE"))
    with pytest.raises(kind) as caught:
        get_job(connection)
    assert (caught.value.code, caught.value.message) == ("SOME_CODE", "why")
    assert len(connection.calls) == 1, "what the server refuses is not asked again"


def test_what_the_server_refuses_for_now_is_asked_again():
    busy = refused("INFRASTRUCTURE", "TOO_MANY_VIEWS", grpc.StatusCode.RESOURCE_EXHAUSTED)
    stopping = Failure(grpc.StatusCode.CANCELLED)
    connection = Scripted(busy, stopping, JOB)
    assert get_job(connection).id == "j"


def test_a_job_is_submitted_with_one_request_id_however_often():
    connection = Scripted(MODEL, UNAVAILABLE, UNAVAILABLE, JOB)
    session = connection.session()
    order = Order(ModelFile("m.tflite", b"bytes"), "b", options={"samples": 5, "flag": True})
    finish(jobs.submit(session, order, session.deadline(100, "the test")))
    requests = [request for path, request, _ in connection.calls if path.endswith("CreateJob")]
    assert len(requests) == 3
    assert len({request.request_id for request in requests}) == 1
    assert dict(requests[0].job.options) == {"samples": "5", "flag": "on"}


def test_an_upload_that_was_lost_with_a_killed_server_is_sent_again():
    missing = refused("USER", "MODEL_NOT_FOUND", grpc.StatusCode.NOT_FOUND)
    connection = Scripted(missing, MODEL, missing, missing, MODEL, JOB)
    session = connection.session()
    order = Order(ModelFile("m.tflite", b"bytes"), "b")
    finish(jobs.submit(session, order, session.deadline(100, "the test")))
    methods = [path.rsplit("/", 1)[1] for path, _, _ in connection.calls]
    assert methods == [
        "GetModel", "UploadModel", "CreateJob", "GetModel", "UploadModel", "CreateJob",
    ]  # fmt: skip
    first, last = (request for path, request, _ in connection.calls if path.endswith("CreateJob"))
    assert first.request_id == last.request_id


def test_an_upload_is_repeated_as_a_whole_and_says_its_size():
    missing = refused("USER", "MODEL_NOT_FOUND", grpc.StatusCode.NOT_FOUND)
    cut_off = refused("USER", "UPLOAD_CUT_OFF")
    connection = Scripted(missing, UNAVAILABLE, cut_off, MODEL, JOB)
    session = connection.session()
    data = bytes(range(256)) * 4096
    order = Order(ModelFile("m.tflite", data), "b")
    finish(jobs.submit(session, order, session.deadline(100, "the test")))
    uploads = [pieces for path, pieces, _ in connection.calls if path.endswith("UploadModel")]
    assert len(uploads) == 3
    for pieces in uploads:
        assert b"".join(piece.data for piece in pieces) == data
        assert pieces[0].size_bytes == len(data)
        assert all(piece.size_bytes == 0 for piece in pieces[1:])


def test_an_upload_that_is_always_cut_off_ends():
    missing = refused("USER", "MODEL_NOT_FOUND", grpc.StatusCode.NOT_FOUND)
    connection = Scripted(missing, refused("USER", "UPLOAD_CUT_OFF"))
    session = connection.session()
    order = Order(ModelFile("m.tflite", b"bytes"), "b")
    with pytest.raises(er.UserError, match="UPLOAD_CUT_OFF"):
        finish(jobs.submit(session, order, session.deadline(100, "the test")))


def test_watching_goes_on_where_a_restart_cut_it():
    connection = Scripted(
        [watched(JOB), UNAVAILABLE],  # the server is killed
        UNAVAILABLE,
        [watched(JOB)],  # ends too early: it stops
        [watched(JOB), watched(DONE)],
    )
    session = connection.session()
    updates = list(iterate(jobs.watch(session, "j", session.deadline(100, "the test"))))
    assert [job.state for job, _ in updates] == ["QUEUED", "SUCCEEDED"], "nothing twice"
    assert len(connection.pauses) == 3


def test_a_stream_is_opened_anew_when_its_own_time_is_over():
    connection = Scripted([watched(JOB), TOO_SLOW], [watched(DONE)])
    session = connection.session()
    updates = list(iterate(jobs.watch(session, "j", session.deadline(1000, "the test"))))
    assert [job.state for job, _ in updates] == ["QUEUED", "SUCCEEDED"]
    assert connection.pauses == []
    assert all(timeout <= 60.0 for _, _, timeout in connection.calls)


def test_a_job_that_is_waited_for_too_long_is_named_by_the_timeout():
    connection = Scripted((10.0, [watched(JOB), TOO_SLOW]))
    session = connection.session()
    with pytest.raises(er.Timeout) as caught:
        finish(jobs.wait(session, Job(id="j"), session.deadline(45, "the test")))
    assert [job.id for job in caught.value.jobs] == ["j"]


def test_a_failed_job_raises_its_class_with_job_and_results():
    failed = message("Job")(id="j", state="FAILED")
    failed.error.error_class = 4
    failed.error.code, failed.error.message = "BOARD_HUNG", "silent in mid-run"
    result = message("Result")(id="r")
    connection = Scripted(MODEL, JOB, [watched(failed, result)])
    session = connection.session()
    order = Order(ModelFile("m", b"", "models/m"), "b")
    with pytest.raises(er.BoardError) as caught:
        finish(jobs.run(session, [order], session.deadline(100, "the test"), lambda _: None))
    assert caught.value.code == "BOARD_HUNG"
    assert caught.value.jobs[0].state == "FAILED"
    assert caught.value.results[0].id == "r"


def test_a_cancelled_job_is_its_own_exception():
    cancelled = message("Job")(id="j", state="CANCELLED")
    connection = Scripted(MODEL, JOB, [watched(cancelled)])
    session = connection.session()
    order = Order(ModelFile("m", b"", "models/m"), "b")
    with pytest.raises(er.Cancelled):
        finish(jobs.run(session, [order], session.deadline(100, "the test"), lambda _: None))


def test_lists_are_read_page_by_page_up_to_the_limit():
    def page(first, count, token):
        items = [message("Job")(id=str(first + i)) for i in range(count)]
        return message("ListJobsResponse")(jobs=items, next_page_token=token)

    connection = Scripted(page(0, 1000, "next"), page(1000, 300, ""))
    session = connection.session()
    found = finish(jobs.list_jobs(session, None, session.deadline(100, "the test")))
    assert [job.id for job in found] == [str(i) for i in range(1300)]
    assert connection.calls[1][1].page_token == "next"
    connection = Scripted(page(0, 7, "next"))
    session = connection.session()
    assert len(finish(jobs.list_jobs(session, 7, session.deadline(100, "the test")))) == 7
    assert len(connection.calls) == 1
