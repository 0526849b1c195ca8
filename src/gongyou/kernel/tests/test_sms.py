"""The carriers: a local outbox and a signed HTTP gateway, against a real server."""

from __future__ import annotations

import hmac
import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gongyou.connectors.sms import HttpGateway, sms_port
from gongyou.kernel.messages import CarrierRefused
from gongyou.kernel.moment import standing_at
from gongyou.kernel.tests.conftest import NOON

SECRET = "shared"


def send(port, key="k1", text="您好"):
    return port.send(key=key, phone="13800138000", text=text)


def test_the_outbox_writes_each_key_once(tmp_path, at_noon):
    port = sms_port(tmp_path)
    assert send(port) == send(port, text="改了") == "local-k1"
    with standing_at(NOON + timedelta(days=1)):
        send(port, text="第二天")
    [file] = tmp_path.glob("sms/*/*")
    assert file.parent.name == "2026-03-04"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "key": "k1", "at": NOON.isoformat(), "phone": "13800138000", "text": "您好",
    }  # fmt: skip


def test_the_outbox_forgets_after_a_week(tmp_path, at_noon):
    port = sms_port(tmp_path)
    send(port)
    with standing_at(NOON + timedelta(days=7)):
        send(port, key="k2")
    assert len(list(tmp_path.glob("sms/*/*"))) == 2
    with standing_at(NOON + timedelta(days=8)):
        send(port, key="k3")
    assert sorted(file.stem for file in tmp_path.glob("sms/*/*")) == ["k2", "k3"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"kind": "pigeon"}, "GONGYOU_SMS must be local or http"),
        ({"kind": "http", "url": "file:///etc/passwd", "secret": "s"}, "http"),
        ({"kind": "http", "url": "", "secret": "s"}, "GONGYOU_SMS_URL"),
        ({"kind": "http", "url": "http://gateway.example/sms"}, "GONGYOU_SMS_SECRET"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(tmp_path, settings, sentence):
    with pytest.raises(RuntimeError, match=sentence):
        sms_port(tmp_path, **settings)


class Gateway(BaseHTTPRequestHandler):
    """Answers with the server's `answer` and keeps what it was asked."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((dict(self.headers), body))
        status, answer = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def gateway():
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    server.asked, server.answer = [], (200, b'{"reference": "abc"}')
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def port(gateway, tmp_path):
    return sms_port(tmp_path, kind="http", url=f"http://127.0.0.1:{gateway.server_port}/sms", secret=SECRET)


def test_the_gateway_gets_a_signed_body_with_the_key(gateway, port):
    assert send(port) == "abc"
    [(headers, body)] = gateway.asked
    assert json.loads(body) == {"key": "k1", "phone": "13800138000", "text": "您好"}
    assert headers["Idempotency-Key"] == "k1"
    stamp = headers["X-Gongyou-Timestamp"]
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
    assert headers["X-Gongyou-Signature"] == expected


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_final_no(gateway, port, status):
    gateway.answer = (status, b"bad number 13800138000")
    with pytest.raises(CarrierRefused) as refusal:
        send(port)
    assert str(refusal.value) == f"HTTP {status}", "the phone in the answer is not repeated"


@pytest.mark.parametrize(
    "answer", [(500, b""), (503, b""), (429, b""), (408, b""), (200, b"ok"), (200, b"{}"), (200, b"[]")]
)
def test_what_may_work_later(gateway, port, answer):
    gateway.answer = answer
    with pytest.raises(OSError):
        send(port)


def test_nobody_listens(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    with pytest.raises(OSError):
        send(sms_port(tmp_path, kind="http", url=f"http://127.0.0.1:{number}/", secret=SECRET))


def test_a_gateway_that_says_nothing_is_given_up():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = HttpGateway(url=f"http://127.0.0.1:{silent.getsockname()[1]}/", secret=SECRET, timeout=0.2)
        with pytest.raises(OSError):
            send(port)


def test_a_gateway_that_hangs_up_in_the_middle():
    with socket.socket() as rude:
        rude.bind(("127.0.0.1", 0))
        rude.listen()

        def hang_up():
            caller, _ = rude.accept()
            caller.recv(100)
            caller.sendall(b"nonsense\r\n\r\n")
            caller.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(OSError):
            send(HttpGateway(url=f"http://127.0.0.1:{rude.getsockname()[1]}/", secret=SECRET))
        thread.join(5)
