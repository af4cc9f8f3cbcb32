"""A small server on loopback that speaks the protocol of chat completions, truthfully or not."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.receivers import Received, Receiver

Reply = tuple[int, bytes]  # status and body


@dataclass
class ModelServer:
    """`reply` is given the request's JSON and makes the answer; everything asked is kept."""

    reply: Callable[[dict[str, Any]], Reply]
    seconds: float = 0.0  # before anything is answered
    drip: float = 0.0  # seconds between two bytes
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = Receiver(self._speak)

    @property
    def base_url(self) -> str:
        return f"http://{self.listener.place}/v1"

    @property
    def requests(self) -> list[Received]:
        return self.listener.requests

    def _speak(self, connection: socket.socket) -> None:
        request = self.listener.requests[-1]
        if request.line != "POST /v1/chat/completions HTTP/1.1":
            status, body = 404, b'{"error": {"message": "no such address"}}'
        else:
            self.asked.append(json.loads(request.body))
            status, body = self.reply(self.asked[-1])
        time.sleep(self.seconds)
        head = f"HTTP/1.1 {status} Any\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode())
        if not self.drip:
            connection.sendall(body)
        for byte in body if self.drip else b"":
            connection.sendall(bytes([byte]))
            time.sleep(self.drip)


@contextlib.contextmanager
def model_server(reply: Callable[[dict[str, Any]], Reply], **manner: float) -> Iterator[ModelServer]:
    server = ModelServer(reply, **manner)
    try:
        yield server
    finally:
        server.listener.close()


def completion(content: str, finish_reason: str = "stop") -> Reply:
    """200 with one choice, as servers write it."""
    message = {"role": "assistant", "content": content}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "tiny",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return 200, json.dumps(body).encode()


def saying(values: dict[str, Any]) -> Callable[[dict[str, Any]], Reply]:
    """A model that answers with these values whatever it is asked."""
    return lambda _: completion(json.dumps({key: {"value": value, "line": None} for key, value in values.items()}))


def refusing(status: int, message: str = "no") -> Callable[[dict[str, Any]], Reply]:
    return lambda _: (status, json.dumps({"error": {"message": message}}).encode())


def obeying(request: dict[str, Any]) -> Reply:
    """The worst of models: does whatever the document tells it. Each `SAY key=value` of the text becomes an answer."""
    text = request["messages"][-1]["content"]
    said = dict(line.split("SAY ", 1)[1].split("=", 1) for line in text.splitlines() if "SAY " in line)
    return completion(json.dumps({key: {"value": value.strip(), "line": 1} for key, value in said.items()}))
