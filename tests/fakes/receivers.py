"""Receivers of webhooks on loopback, and a resolver that answers what a test wants."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Received:
    """One request as it arrived: names of headers in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A listener that counts its connections and answers each with `speak(socket)`, after `reads`-ing the request."""

    speak: Callable[[socket.socket], None]
    host: str = "127.0.0.1"
    reads: bool = True
    connections: int = 0
    requests: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.socket(family)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((self.host, 0))
        self._listener.listen(64)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/hook"

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if not self.reads:
                self.speak(connection)
            elif (request := read_request(connection)) is not None:
                self.requests.append(request)
                self.speak(connection)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def read_request(connection: socket.socket) -> Received | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = connection.recv(65_536)
        if not piece:
            return None
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65_536)
    return Received(first, headers, body)


@contextlib.contextmanager
def receiver(speak: Callable[[socket.socket], None], host: str = "127.0.0.1", *, reads: bool = True) -> Iterator[Receiver]:
    listener = Receiver(speak, host, reads)
    try:
        yield listener
    finally:
        listener.close()


def answers(*statuses: int, body: str = "ok", headers: str = "") -> Callable[[socket.socket], None]:
    """Answers with each status in turn, the last one for ever."""
    waiting = list(statuses)
    lock = threading.Lock()

    def speak(connection: socket.socket) -> None:
        with lock:
            status = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        text = body.encode()
        connection.sendall(f"HTTP/1.1 {status} Any\r\nContent-Length: {len(text)}\r\n{headers}\r\n".encode() + text)

    return speak


class FakeResolver:
    """Answers the n-th question with the n-th list of addresses, the last one for ever; keeps the names asked for."""

    def __init__(self, *lists: list[str]) -> None:
        self.lists = list(lists)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, seconds: float) -> list[str]:
        self.asked.append(host)
        found = self.lists.pop(0) if len(self.lists) > 1 else self.lists[0]
        if not found:
            raise OSError("no such name")
        return found
