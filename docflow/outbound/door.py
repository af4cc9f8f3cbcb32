"""One request to the outside: a pinned address, one clock over the whole attempt, and little read of what comes back.

It stands on httpcore, the layer under httpx: there are no redirects, cookies, proxies from the environment and no
unpacking to be switched off, because that layer has none.
"""

from __future__ import annotations

import functools
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpcore

from docflow.errors import OfflineModeError, UrlRefusedError
from docflow.outbound.addresses import Place, Resolve, permitted, read_url, resolve
from docflow.outbound.policy import OutboundPolicy
from docflow.outbound.wire import BodyFullError, Clock, Dial, PinnedBackend, TimeIsUpError, dial

USER_AGENT = "docflow"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for connecting and for the whole attempt; bytes of head and body that are read; characters that are kept.

    `secluded`: what a receiver says that only the operator's list lets through is kept, too. Only for callers that show it
    to nobody as it stands.
    """

    connect: float = 5.0
    attempt: float = 15.0
    head: int = 32_768
    body: int = 65_536
    kept: int = 1_024
    secluded: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt. Without a `status` nothing usable came back, and `error` says why in a sentence.

    `text` holds at most `Limits.kept` characters; it is empty for receivers that only the operator's list lets through, so
    that the log shows nobody what stands inside. `retry_after` is that header as sent. `is_whole`: the body ended by itself,
    before the clock and the limits did.
    """

    status: int | None
    text: str = ""
    duration_ms: int = 0
    error: str | None = None
    retry_after: str = ""
    is_whole: bool = True


@functools.cache
def trusted() -> ssl.SSLContext:
    """The system's authorities and certifi's; verifies name and chain."""
    return httpcore.default_ssl_context()


@dataclass(frozen=True, slots=True)
class Outside:
    """The world as the door sees it; tests put small fakes here."""

    resolver: Resolve = resolve
    dial: Dial = dial
    limits: Limits = Limits()
    tls: Callable[[], ssl.SSLContext] = trusted
    on_wait: Callable[[], None] | None = None  # called every few seconds while an answer is awaited; what it raises goes up


REAL = Outside()


def post(url: str, body: bytes, headers: Mapping[str, str], policy: OutboundPolicy, outside: Outside = REAL) -> Answer:
    """POST `body` as JSON. Raises OfflineModeError; everything else that can go wrong is an Answer with an `error`."""
    return call("POST", url, body, {"Content-Type": "application/json", **headers}, policy, outside)


def call(
    method: str, url: str, body: bytes, headers: Mapping[str, str], policy: OutboundPolicy, outside: Outside = REAL
) -> Answer:
    """One request, one try. Raises OfflineModeError, before anything is looked up."""
    if policy.offline:
        raise OfflineModeError()
    clock = Clock(outside.limits.attempt, outside.on_wait)
    try:
        return _attempt(method, url, body, headers, policy, outside, clock)
    except UrlRefusedError as error:
        return Answer(None, "", clock.spent_ms(), error.message)
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, TimeIsUpError, OSError) as error:
        return Answer(None, "", clock.spent_ms(), _sentence(error, outside.limits))


def _attempt(
    method: str, url: str, body: bytes, headers: Mapping[str, str], policy: OutboundPolicy, outside: Outside, clock: Clock
) -> Answer:
    place = read_url(url)
    addresses = _addresses(place, policy, outside, clock)
    secluded = permitted(place, addresses, policy)
    backend = PinnedBackend(addresses, outside.dial, clock, outside.limits.connect, outside.limits.head)
    with _pool(policy, backend, outside.tls() if place.scheme == "https" else None) as pool:
        request = httpcore.Request(
            method,
            httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target),
            headers=_headers(place, headers, body),
            content=body,
        )
        response = pool.handle_request(request)
        backend.open_body(outside.limits.body)
        hidden = secluded and not outside.limits.secluded
        kept, is_whole = (b"", True) if hidden else _read(response, outside.limits.kept)
        response.close()
    return Answer(
        response.status,
        _text(kept, response, outside.limits.kept),
        clock.spent_ms(),
        retry_after=_header(response, b"retry-after")[:64],
        is_whole=is_whole,
    )


def _addresses(place: Place, policy: OutboundPolicy, outside: Outside, clock: Clock) -> list[str]:
    """Every address of the place, looked up exactly once. Behind a proxy a name may be known to the proxy alone."""
    if place.literal:
        return [place.host]
    try:
        return outside.resolver(place.host, place.port, min(outside.limits.connect, clock.left()))
    except OSError:
        if policy.proxy:
            return []
        raise OSError(f"The name {place.host} does not resolve.") from None


def _pool(policy: OutboundPolicy, backend: PinnedBackend, context: ssl.SSLContext | None) -> httpcore.ConnectionPool:
    if policy.proxy:
        backend.trust(policy.proxy)
        return httpcore.HTTPProxy(policy.proxy, ssl_context=context, network_backend=backend)
    return httpcore.ConnectionPool(ssl_context=context, network_backend=backend, http2=False, retries=0)


def _headers(place: Place, headers: Mapping[str, str], body: bytes) -> list[tuple[bytes, bytes]]:
    ours = {
        "Host": place.host_header,
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Length": str(len(body)),
    }
    named = {name.lower() for name in ours}
    theirs = {name: value for name, value in headers.items() if name.lower() not in named}
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in {**ours, **theirs}.items()]


def _read(response: httpcore.Response, characters: int) -> tuple[bytes, bool]:
    """The beginning of the body, and whether it came to its end. A status that came in time counts, whatever becomes of it."""
    kept = bytearray()
    try:
        for chunk in response.iter_stream():
            kept += chunk[: max(0, 4 * characters - len(kept))]
    except (BodyFullError, TimeIsUpError, httpcore.NetworkError, httpcore.ProtocolError):
        return bytes(kept), False
    return bytes(kept), True


def _text(kept: bytes, response: httpcore.Response, characters: int) -> str:
    if _header(response, b"content-encoding") not in ("", "identity"):
        return ""  # packed although we asked for plain; nothing here unpacks
    return kept.decode("utf-8", "replace").replace("\x00", "\ufffd")[:characters]


def _header(response: httpcore.Response, wanted: bytes) -> str:
    return next((value.decode("latin-1").strip() for name, value in response.headers if name.lower() == wanted), "")


def _sentence(error: Exception, limits: Limits) -> str:
    if isinstance(error, TimeIsUpError):
        return f"No answer within {limits.attempt:g} s."
    if isinstance(error, httpcore.ConnectError | httpcore.ReadError | httpcore.WriteError):
        return str(error) or "The connection broke."
    if isinstance(error, httpcore.ProxyError):
        return "The egress proxy refused the call."
    if isinstance(error, httpcore.LocalProtocolError):
        return "The request cannot be sent: a header holds characters that are not allowed."
    if isinstance(error, httpcore.ProtocolError):
        return "The answer is not valid HTTP."
    return str(error) or "The connection broke."
