"""Both transports on a real gRPC server in this process that fails as it is told."""

import asyncio
from concurrent import futures

import grpc
import pytest

import edgerack as er
from edgerack._proto import message, method

METHODS = ("JobService.GetJob", "JobService.WatchJob", "JobService.CreateJob",
           "ModelService.GetModel", "ModelService.UploadModel")  # fmt: skip
QUICK = er.Retry(first_pause_s=0.001, longest_pause_s=0.01, first_contact_s=30.0, away_s=30.0)


class Server:
    """Answers each method by a function (request, context, number of the call)."""

    def __init__(self):
        self.answers, self.calls = {}, dict.fromkeys(METHODS, 0)
        self._server = grpc.server(futures.ThreadPoolExecutor(8))
        for name in METHODS:
            rpc, service = method(name), f"edgerack.v1.{name.split('.')[0]}"
            make = {
                "WatchJob": grpc.unary_stream_rpc_method_handler,
                "UploadModel": grpc.stream_unary_rpc_method_handler,
            }.get(name.split(".")[1], grpc.unary_unary_rpc_method_handler)
            handler = make(
                self._handler(name), rpc.request.FromString, rpc.response.SerializeToString
            )
            self._server.add_generic_rpc_handlers(
                [grpc.method_handlers_generic_handler(service, {name.split(".")[1]: handler})]
            )
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def _handler(self, name):
        def answer(request, context):
            self.calls[name] += 1
            return self.answers[name](request, context, self.calls[name])

        return answer

    def stop(self):
        self._server.stop(None)


@pytest.fixture
def server():
    made = Server()
    yield made
    made.stop()


def refuse(context, error_class, code, status=grpc.StatusCode.INVALID_ARGUMENT):
    details = message("google.rpc.Status")(code=status.value[0], message="told why")
    info = message("google.rpc.ErrorInfo")(reason=code)
    info.metadata["class"] = error_class
    details.details.add().Pack(info)
    context.set_trailing_metadata((("grpc-status-details-bin", details.SerializeToString()),))
    context.abort(status, "told why")


class Blocking:
    """The two clients by one face."""

    def __init__(self, port):
        self.client = er.Client(f"127.0.0.1:{port}", retry=QUICK)

    def __call__(self, work):
        with self.client:
            return work(self.client)


class Asynchronous:
    def __init__(self, port):
        self.port = port

    def __call__(self, work):
        async def inside():
            async with er.AsyncClient(f"127.0.0.1:{self.port}", retry=QUICK) as client:
                result = work(client)
                return await result if asyncio.iscoroutine(result) else result

        return asyncio.run(inside())


@pytest.fixture(params=[Blocking, Asynchronous])
def ask(request, server):
    return request.param(server.port)


def test_a_server_that_is_not_ready_is_asked_again(server, ask):
    def answer(request, context, call):
        if call < 4:
            context.abort(grpc.StatusCode.UNAVAILABLE, "starting")
        return message("Job")(id="j", state="QUEUED")

    server.answers["JobService.GetJob"] = answer
    assert ask(lambda client: client.job("j")).id == "j"
    assert server.calls["JobService.GetJob"] == 4


def test_error_details_travel_in_trailing_metadata(server, ask):
    server.answers["JobService.GetJob"] = lambda request, context, call: refuse(
        context, "BOARD", "BOARD_HUNG"
    )
    with pytest.raises(er.BoardError) as caught:
        ask(lambda client: client.job("j"))
    assert (caught.value.code, caught.value.message) == ("BOARD_HUNG", "told why")


def test_a_server_that_never_answers_ends_with_the_timeout(server, ask):
    def answer(request, context, call):
        ended = futures.Future()
        context.add_callback(lambda: ended.set_result(None))
        ended.result(60)
        return message("Job")()

    server.answers["JobService.GetJob"] = answer
    with pytest.raises(er.Timeout):
        ask(lambda client: client.job("j", timeout=0.2))


def test_a_stream_that_breaks_goes_on(server, ask):
    def answer(request, context, call):
        states = {1: ["QUEUED", "RUNNING"], 2: [], 3: ["RUNNING", "SUCCEEDED"]}[call]
        for state in states:
            yield message("WatchJobResponse")(job={"id": "j", "state": state})
        if call == 1:
            context.abort(grpc.StatusCode.UNAVAILABLE, "killed")

    server.answers["JobService.WatchJob"] = answer
    server.answers["JobService.GetJob"] = lambda *_: message("Job")(id="j", state="QUEUED")

    def follow(client):
        if isinstance(client, er.Client):
            return [job.state for job in client.job("j").watch()]

        async def inside():
            return [job.state async for job in (await client.job("j")).watch()]

        return inside()

    assert ask(follow) == ["QUEUED", "RUNNING", "SUCCEEDED"]
    assert server.calls["JobService.WatchJob"] == 3


def test_an_upload_that_broke_is_sent_again(server, ask):
    received = []

    def upload(pieces, context, call):
        first = next(pieces)
        if call == 1:
            context.abort(grpc.StatusCode.UNAVAILABLE, "killed after the first piece")
        received.append(first.data + b"".join(piece.data for piece in pieces))
        return message("Model")(id="m", name="models/m")

    server.answers["ModelService.GetModel"] = lambda request, context, call: refuse(
        context, "USER", "MODEL_NOT_FOUND", grpc.StatusCode.NOT_FOUND
    )
    server.answers["ModelService.UploadModel"] = upload
    data = bytes(range(256)) * 8192  # four pieces
    assert ask(lambda client: client.upload_model(data)).id == "m"
    assert received == [data]
