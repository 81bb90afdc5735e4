"""Whoever a suite names hears of its trouble: a webhook with a signature, again after it failed, and mail
over SMTP. Both receivers are real servers on this machine."""

import email
import email.policy
import hashlib
import hmac
import http.server
import json
import queue
import socketserver
import threading

import pytest
from suite_farm import start_suite_farm, suite_text

KEY = "a key of the chat"


class Webhook(http.server.ThreadingHTTPServer):
    """Keeps what it is sent; the first request is answered with `first_answer`."""

    def __init__(self, first_answer):
        self.requests = queue.Queue()
        self.answers = [first_answer]
        super().__init__(("127.0.0.1", 0), Webhook.Handler)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = self.server.answers.pop() if self.server.answers else 204
            self.server.requests.put((dict(self.headers), body, answer))
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *_):
            pass


class MailServer(socketserver.ThreadingTCPServer):
    """As much of SMTP as takes a mail."""

    allow_reuse_address = True

    def __init__(self):
        self.mails = queue.Queue()
        super().__init__(("127.0.0.1", 0), MailServer.Handler)

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line):
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self):
            self.say("220 here")
            sender, recipients = None, []
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                verb = line.split(":")[0].split()[0].upper()
                if verb == "EHLO":
                    self.say("250 here")
                elif verb == "MAIL":
                    sender = line
                    self.say("250 ok")
                elif verb == "RCPT":
                    recipients.append(line)
                    self.say("250 ok")
                elif verb == "DATA":
                    self.say("354 go on")
                    body = b""
                    for part in self.rfile:
                        if part == b".\r\n":
                            break
                        body += part
                    self.server.mails.put((sender, recipients, body))
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("502 no")


def served(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def receivers(tmp_path):
    webhook, mail = served(Webhook(first_answer=503)), served(MailServer())
    yield webhook, mail
    for server in (webhook, mail):
        server.shutdown()
        server.server_close()


def test_a_regression_reaches_webhook_and_mail(receivers, tmp_path):
    webhook, mail = receivers
    (tmp_path / "key").write_text(KEY + "\n")
    farm = start_suite_farm(tmp_path / "farm", server_arguments=[
        "--webhook", f"chat=http://127.0.0.1:{webhook.server_port}/hook",
        "--webhook-key-file", f"chat={tmp_path / 'key'}",
        "--smtp", f"smtp://127.0.0.1:{mail.server_address[1]}",
        "--mail-from", "edgerack@lab.example"])
    try:
        farm.apply(tmp_path, suite_text(tail=(
            '[thresholds]\nmax_arena_bytes = 10\n'
            '[notify]\nmail_to = ["lead@lab.example"]\nwebhooks = ["chat", "not-there"]\n')))
        code, run = farm.night()
        assert code == 1
        check_mail(mail.mails.get(timeout=60), run)
        _, _, first = webhook.requests.get(timeout=60)
        assert first == 503  # the receiver was not well; it is tried again
        check_call(*webhook.requests.get(timeout=60), run)
        # What could not be told is in the log; the run is none the worse.
        assert 'no webhook "not-there"' in farm.log_file("server").read_text()

        # A night that passes again is told too, one after that is not.
        farm.apply(tmp_path, suite_text(tail=(
            '[notify]\nmail_to = ["lead@lab.example"]\nwebhooks = ["chat"]\n')))
        assert farm.night()[0] == 0
        headers, body, _ = webhook.requests.get(timeout=60)
        assert json.loads(body)["state"] == "PASSED"
        assert json.loads(body)["previous_state"] == "REGRESSED"
        mail.mails.get(timeout=60)
        assert farm.night()[0] == 0
        # Restarting tells nobody again.
        farm.kill("server")
        farm.start_server()
        assert farm.night()[0] == 0
        assert webhook.requests.empty() and mail.mails.empty()
    finally:
        farm.down()


def check_call(headers, body, answer, run):
    assert answer == 204
    told = json.loads(body)
    assert told["event"] == "suite_run_ended"
    assert told["run"] == run["id"] and told["state"] == "REGRESSED"
    assert told["cases"][0]["findings"][0]["code"] == "OVER_LIMIT"
    expected = "sha256=" + hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Edgerack-Signature"] == expected
    assert headers["X-Edgerack-Delivery"] == run["id"]


def check_mail(received, run):
    sender, recipients, raw = received
    assert "edgerack@lab.example" in sender
    assert len(recipients) == 1 and "lead@lab.example" in recipients[0]
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Subject"] == f"[edgerack] Suite nightly, run {run['number']}: REGRESSED"
    assert message["To"] == "<lead@lab.example>" or message["To"] == "lead@lab.example"
    assert "OVER_LIMIT" in message.get_body(("plain",)).get_content()
    assert "<table>" in message.get_body(("html",)).get_content()
