"""The socket under a request: connects only to addresses that were tested, and every wait ends with one clock."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore

WAIT = 2.0  # seconds between two looks up from waiting
PIECE = 4_096  # while the head is read: how far one read may overshoot it


Dial = Callable[[str, int, float], socket.socket]  # address, port, seconds


class TimeIsUpError(Exception):
    """The attempt's clock has run out."""


class BodyFullError(Exception):
    """As much of the body as we care for has been read."""


def dial(address: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to this very address: nothing is resolved here."""
    return socket.create_connection((address, port), timeout=seconds)


class Clock:
    """One deadline for a whole attempt. The time-outs of HTTP libraries start anew with each read: a drip resets them.

    `on_wait` is called every two seconds while an answer is awaited.
    """

    def __init__(self, seconds: float, on_wait: Callable[[], None] | None = None) -> None:
        self._start = time.monotonic()
        self._end = self._start + seconds
        self.on_wait = on_wait

    def left(self) -> float:
        """Seconds until the end. Raises TimeIsUpError once there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeIsUpError()
        return seconds

    def spent_ms(self) -> int:
        return round((time.monotonic() - self._start) * 1000)


class Allowance:
    """How many bytes may still be read. The head's share is counted first, the body's is added when it is opened."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.in_head = True

    def ask(self, size: int) -> int:
        if self.left <= 0:
            if self.in_head:
                raise httpcore.ReadError("The answer's headers are too large.")
            raise BodyFullError()
        return min(size, self.left, PIECE if self.in_head else size)

    def open_body(self, size: int) -> None:
        self.in_head = False
        self.left = size


class ClockedStream(httpcore.NetworkStream):
    """A stream whose reads, writes and handshake all end with the attempt's clock."""

    def __init__(self, wire: socket.socket, clock: Clock, allowance: Allowance) -> None:
        self._wire = wire
        self._clock = clock
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        size = self._allowance.ask(max_bytes)
        try:
            data = self._received(size)
        except OSError:
            raise httpcore.ReadError("The connection broke while the answer was read.") from None
        self._allowance.left -= len(data)
        return data

    def _received(self, size: int) -> bytes:
        """Waits until something comes, looking up now and then. Raises TimeIsUpError, OSError."""
        while True:
            left = self._clock.left()
            self._wire.settimeout(min(left, WAIT) if self._clock.on_wait else left)
            try:
                return self._wire.recv(size)
            except TimeoutError:
                if self._clock.on_wait:
                    self._clock.on_wait()

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            try:
                self._wire.settimeout(self._clock.left())
                buffer = buffer[self._wire.send(buffer) :]
            except TimeoutError:
                raise TimeIsUpError() from None
            except OSError:
                raise httpcore.WriteError("The connection broke while the request was sent.") from None

    def close(self) -> None:
        self._wire.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> ClockedStream:
        try:
            self._wire.settimeout(self._clock.left())
            secure = ssl_context.wrap_socket(self._wire, server_hostname=server_hostname)
        except TimeoutError:
            raise TimeIsUpError() from None
        except ssl.SSLCertVerificationError as error:
            raise httpcore.ConnectError(f"The certificate is not trusted: {error.verify_message}.") from None
        except (OSError, ValueError):
            raise httpcore.ConnectError("The receiver speaks no TLS that docflow accepts.") from None
        return ClockedStream(secure, self._clock, self._allowance)

    def get_extra_info(self, info: str) -> Any:
        return self._wire if info == "ssl_object" and isinstance(self._wire, ssl.SSLSocket) else None


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the tested addresses, whatever name is asked for; the name stays for TLS and the Host header."""

    def __init__(self, addresses: list[str], dial: Dial, clock: Clock, seconds: float, head: int) -> None:
        self._addresses = addresses
        self._dial = dial
        self._clock = clock
        self._seconds = seconds
        self._allowance = Allowance(head)

    def trust(self, proxy: str) -> None:
        """The operator's proxy takes the receiver's place: it is called by its own name."""
        self._addresses = [urlsplit(proxy).hostname or ""]

    def open_body(self, size: int) -> None:
        self._allowance.open_body(size)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> ClockedStream:
        """The first address that answers; all of them together have the connect time."""
        end = time.monotonic() + min(self._seconds, self._clock.left())
        reason = "No connection could be made."
        for tried, address in enumerate(self._addresses):
            share = (end - time.monotonic()) / (len(self._addresses) - tried)
            if share <= 0:
                break
            try:
                return ClockedStream(self._dial(address, port, share), self._clock, self._allowance)
            except TimeoutError:
                reason = f"No connection within {self._seconds:g} s."
            except ConnectionRefusedError:
                reason = "The connection was refused."
            except OSError:
                reason = "The receiver cannot be reached."
        raise httpcore.ConnectError(reason)
