"""A push service and a mail server on the loopback, real ones, that keep what they take and answer as planned."""

import asyncio
import email
import email.policy
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from server.adapters.mail import Sender
from tests.ports import free_port

SENDER = Sender("ne-pas-repondre@ville.fr", "Marelle, portail famille de Port-Clairval", "https://p.fr/avis/reglages")


class SlowService:
    """A push service that takes its time, so that a worker can be caught in the act."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, str]] = []  # path and Topic of each message, as they came
        self.answered = 0
        self.pause = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                outer.posts.append((self.path, self.headers["Topic"]))
                time.sleep(outer.pause)
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()
                outer.answered += 1

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a killed worker hangs up
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def topics(self) -> list[str]:
        return [topic for _, topic in self.posts]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Handler:
    """The mail server's hands: keeps what it takes; answers as planned."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.rcpt = self.data = ""
        self.hang = False
        self.port = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: Any) -> str:
        if not self.rcpt:
            envelope.rcpt_tos.append(address)
        return self.rcpt or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hang:
            await asyncio.sleep(5)
        if not self.data:
            self.taken.append(envelope)
        return self.data or "250 OK"

    def message(self, n: int = 0) -> Any:
        content = self.taken[n].content
        assert isinstance(content, bytes)
        return email.message_from_bytes(content, policy=email.policy.default)


def mail_server(handler: Handler, port: int = 0) -> Controller:
    """An SMTP server on a port, a free one unless told, started; `handler.port` is where it listens."""
    handler.port = port or free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    return controller
