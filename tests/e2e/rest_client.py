"""A client of the REST API for tests: standard Python, one connection per request unless a test keeps it."""

import http.client
import json
import secrets


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The stable code of an error, after a look at its shape."""
        error = self.json["error"]
        assert set(error) == {"code", "status", "message", "details"} and error["message"], error
        assert error["code"] == self.status
        (info,) = error["details"]
        assert info["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
        assert info["domain"] == "edgerack.dev" and info["metadata"]["class"]
        return info["reason"]


class Rest:
    """`rest("GET", "/v1/jobs")` gives an Answer."""

    def __init__(self, port, timeout_s=60):
        self.port = port
        self.timeout_s = timeout_s

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout_s)

    def __call__(self, method, path, body=None, headers=None, connection=None):
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        one = connection or self.connect()
        try:
            one.request(method, path, body, headers)
            response = one.getresponse()
            return Answer(response, response.read())
        finally:
            if connection is None:
                one.close()

    def upload(self, collection, data, filename, **fields):
        boundary = secrets.token_hex(8)
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                 .encode() for name, value in fields.items()]
        parts += [f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
                  f'filename="{filename}"\r\n\r\n'.encode(), data, f"\r\n--{boundary}--\r\n".encode()]
        return self("POST", f"/v1/{collection}", b"".join(parts),
                    {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def events(self, path):
        """(event, id, data) of a stream of server-sent events, as they come."""
        connection = self.connect()
        try:
            connection.request("GET", path, headers={"Accept": "text/event-stream"})
            response = connection.getresponse()
            assert response.status == 200, response.read()
            assert response.headers["Content-Type"] == "text/event-stream"
            fields = {}
            for line in response:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if line != b"\n":
                    fields[name] = value
                elif "data" in fields:
                    yield fields.get("event"), fields.get("id"), json.loads(fields["data"])
                    fields = {}
        finally:
            connection.close()
