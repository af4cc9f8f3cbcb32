"""No customer's address reaches the inside, and no receiver holds docflow up (reliability.md section 6, P10 and P17)."""

from __future__ import annotations

import dataclasses
import gzip
import socket
import time
import tracemalloc

import pytest

from docflow.env import SettingError
from docflow.errors import OfflineModeError, UrlRefusedError
from docflow.outbound import Answer, Limits, OutboundPolicy, check_url, policy, post
from docflow.outbound.addresses import read_url, refusal
from docflow.outbound.door import Outside
from docflow.outbound.policy import read_allow_list
from tests.fakes.receivers import FakeResolver, Receiver, answers, receiver

INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "0.0.0.0", "198.18.0.1", "192.0.0.192", "192.0.2.1", "198.51.100.1",  # noqa: S104
    "203.0.113.1", "192.88.99.1", "240.0.0.1", "255.255.255.255", "224.0.0.1", "::1", "::",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:100.64.0.1", "::127.0.0.1", "fe80::1",
    "fe80::1%eth0", "fd00:ec2::254", "fc00::1", "fec0::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "2002:7f00:1::1", "2002:a9fe:a9fe::", "2001:0:7f00:1::1", "ff02::1", "2001:db8::1",
    "3fff::1", "5f00::1", "100::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111"]
# Every way to write loopback that some resolver understands.
SPELLINGS = [
    "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "127.1", "127.0.1",
    "0x7f.0.0.0x1", "localhost", "localhost.", "LOCALHOST", "127.0.0.1.", "%6c%6f%63%61lhost",
    "%31%32%37.0.0.1", "１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]",
    "[::ffff:7f00:1]", "ｌｏｃａｌｈｏｓｔ",
]  # fmt: skip
NOBODY = OutboundPolicy()


def allowing(*entries: str) -> OutboundPolicy:
    return OutboundPolicy(allow=read_allow_list(entries))


def bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def send(url: str, rules: OutboundPolicy, outside: Outside | None = None) -> Answer:
    return post(url, b'{"a": 1}', {"webhook-id": "msg_1"}, rules, outside or Outside())


@pytest.fixture
def listener() -> object:
    with receiver(answers(200)) as each:
        yield each


def test_the_corpus_is_complete() -> None:
    assert len(INSIDE) == 39


@pytest.mark.parametrize("address", INSIDE)
def test_an_inner_address_is_refused_as_literal_by_name_and_among_public_ones(address: str) -> None:
    with pytest.raises(UrlRefusedError):
        check_url(f"http://{bracketed(address)}/", NOBODY)
    for found in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        with pytest.raises(UrlRefusedError, match="an operator can allow it"):
            check_url("https://erp.example/", NOBODY, FakeResolver(found))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    assert refusal(address) is None
    assert check_url(f"https://{bracketed(address)}/hook", NOBODY).host == address
    assert check_url("https://erp.example/hook", NOBODY, FakeResolver([address])).host == "erp.example"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_no_connection_reaches_a_listener_inside(address: str, listener: Receiver) -> None:
    by_name = Outside(resolver=FakeResolver([address]))
    for url, outside in (
        (f"http://{bracketed(address)}:{listener.port}/", None),
        (f"http://erp.example:{listener.port}/", by_name),
    ):
        answer = send(url, NOBODY, outside)
        assert answer.status is None
        assert "an operator can allow it" in str(answer.error)
    assert listener.connections == 0


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_loopback_reaches_a_listener(spelling: str, listener: Receiver) -> None:
    with pytest.raises(UrlRefusedError):
        check_url(f"http://{spelling}:{listener.port}/", NOBODY)
    assert send(f"http://{spelling}:{listener.port}/", NOBODY).status is None
    assert listener.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "", "erp.example", "//erp.example/", "ftp://erp.example/", "file:///etc/passwd", "gopher://erp.example/",
        "http://", "http:///hook", "http://user@erp.example/", "http://public@127.0.0.1/", "http://user:word@erp.example/",
        "http://erp.example\\@127.0.0.1/", "http://erp.example/\x00", "http://erp.example/\r\nX: 1", "http://erp.exam ple/",
        "http://erp.example:0/", "http://erp.example:99999/", "http://erp.example:abc/", "http://[::1/", "http://a..b/",
        "http://%00/", "http://%2f%2f/", "http://erp%40127.0.0.1/", "http://[fe80::1%25eth0]/", "http://999.999.999.999/",
        "https://erp.example/" + "x" * 2_000,
    ],
)  # fmt: skip
def test_an_address_with_a_trick_in_it_is_refused_before_anything_is_looked_up(url: str) -> None:
    asked = FakeResolver(["8.8.8.8"])
    with pytest.raises(UrlRefusedError):
        check_url(url, NOBODY, asked)
    assert asked.asked == []


@pytest.mark.parametrize("port", [21, 22, 25, 110, 143, 445, 1023])
def test_low_ports_are_for_the_operator_to_open(port: int) -> None:
    known = FakeResolver(["8.8.8.8"])
    with pytest.raises(UrlRefusedError, match=f"Port {port}"):
        check_url(f"http://erp.example:{port}/", NOBODY, known)
    assert check_url(f"http://erp.example:{port}/", allowing(f"erp.example:{port}"), known).port == port
    assert check_url(f"http://8.8.8.8:{port}/", allowing(f"8.8.8.0/24:{port}")).port == port


def test_the_sentence_names_a_literal_address_and_keeps_quiet_about_what_a_name_leads_to() -> None:
    with pytest.raises(UrlRefusedError) as literal:
        check_url("http://10.0.0.5/", NOBODY)
    assert literal.value.message == "10.0.0.5 is a private address; an operator can allow it."
    with pytest.raises(UrlRefusedError) as named:
        check_url("http://intranet.example/", NOBODY, FakeResolver(["10.0.0.5"]))
    assert named.value.message == "intranet.example leads to a private address; an operator can allow it."


def test_a_name_that_changes_its_address_after_the_check_is_refused_at_the_connection(listener: Receiver) -> None:
    rebinding = FakeResolver(["8.8.8.8"], ["127.0.0.1"])
    url = f"http://erp.example:{listener.port}/"
    check_url(url, NOBODY, rebinding)
    assert send(url, NOBODY, Outside(resolver=rebinding)).status is None
    assert listener.connections == 0


def test_the_address_that_was_tested_is_the_one_that_is_called() -> None:
    """The name is asked for once; a second answer, which would lead inside, is never heard."""
    asked = FakeResolver(["8.8.8.8"], ["127.0.0.1"])
    dialled: list[str] = []

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        dialled.append(f"{address}:{port}")
        near, far = socket.socketpair()
        far.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        far.shutdown(socket.SHUT_WR)
        heard.append(far)
        return near

    heard: list[socket.socket] = []
    answer = send("http://erp.example/a?b=1", NOBODY, Outside(resolver=asked, dial=dial))
    assert (answer.status, dialled, asked.asked) == (204, ["8.8.8.8:80"], ["erp.example"])
    request = heard[0].recv(65_536).decode()
    heard[0].close()
    assert request.startswith("POST /a?b=1 HTTP/1.1\r\nHost: erp.example\r\n")


def test_an_allowed_receiver_gets_the_request_and_shows_its_status_only(listener: Receiver) -> None:
    answer = send(listener.url, allowing(listener.place))
    assert (answer.status, answer.text, answer.error) == (200, "", None)
    got = listener.requests[0]
    assert got.body == b'{"a": 1}'
    assert got.headers["host"] == listener.place
    assert got.headers["accept-encoding"] == "identity"
    assert got.headers["user-agent"] == "docflow"
    assert got.headers["webhook-id"] == "msg_1"
    assert "cookie" not in got.headers


@pytest.mark.parametrize(
    ("entry", "host"),
    [("127.0.0.0/8", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("127.0.0.1:{}", "localhost"), ("localhost:{}", "127.0.0.1"),
     ("localhost", "localhost"), ("erp.example.internal:{}", "erp.example.internal")],
)  # fmt: skip
def test_the_operator_allows_by_network_address_name_and_port(entry: str, host: str, listener: Receiver) -> None:
    outside = Outside(resolver=FakeResolver(["127.0.0.1"]))
    url = f"http://{host}:{listener.port}/"
    assert send(url, allowing(entry.format(listener.port)), outside).status == 200
    if "{}" in entry:
        assert send(url, allowing(entry.format(listener.port + 1)), outside).status is None
    assert listener.connections == 1


@pytest.mark.parametrize(
    "entry", ["10.0.0.0/99:80", "erp.example:http", "erp.example:99999", "http://erp.example", ":80", "10.0.0"]
)
def test_a_bad_entry_in_the_operators_list_stops_the_start(entry: str) -> None:
    with pytest.raises(SettingError, match="DOCFLOW_OUTBOUND_ALLOW"):
        read_allow_list([entry])


def test_the_policy_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCFLOW_OUTBOUND_ALLOW", "10.0.5.0/24, erp.example.internal:8080,127.0.0.1:9000")
    monkeypatch.setenv("DOCFLOW_OFFLINE", "true")
    known = policy()
    assert known.offline
    assert len(known.allow) == 3
    assert check_url("http://localhost:9000/hook", known).port == 9000
    with pytest.raises(UrlRefusedError):
        check_url("http://127.0.0.1:9001/", known)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(status: int, listener: Receiver) -> None:
    with receiver(answers(status, headers=f"Location: {listener.url}\r\n")) as sender:
        answer = send(sender.url, allowing(sender.place, listener.place))
    assert (answer.status, sender.connections, listener.connections) == (status, 1, 0)


SHORT = Outside(limits=Limits(connect=0.3, attempt=0.6))


def drip_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 100000\r\n\r\n")
    drip(connection)


def drip(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def hang(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize(("speak", "status"), [(drip, None), (drip_body, 503), (hang, None)])
def test_an_attempt_ends_with_its_clock_however_the_receiver_drips(speak: object, status: int | None) -> None:
    with receiver(speak) as slow:  # type: ignore[arg-type]
        url, outside = public(slow)
        begun = time.monotonic()
        answer = send(url, NOBODY, dataclasses.replace(outside, limits=SHORT.limits))
        assert time.monotonic() - begun < 1.6
    assert answer.status == status
    assert status or answer.error == "No answer within 0.6 s."


def test_a_receiver_that_shakes_hands_for_ever_ends_with_the_clock() -> None:
    """TLS: the listener takes the first message and never answers it."""
    near, far = socket.socketpair()
    with near, far:
        outside = Outside(resolver=FakeResolver(["8.8.8.8"]), dial=lambda *_: near, limits=SHORT.limits)
        begun = time.monotonic()
        assert send("https://erp.example/", NOBODY, outside).error == "No answer within 0.6 s."
        assert time.monotonic() - begun < 1.6


def test_a_resolver_that_hangs_ends_with_the_connect_time() -> None:
    def sleepy(host: str, port: int, seconds: float) -> list[str]:
        time.sleep(seconds)
        raise TimeoutError

    begun = time.monotonic()
    answer = send("http://erp.example/", NOBODY, Outside(resolver=sleepy, limits=SHORT.limits))
    assert answer.error == "The name erp.example does not resolve."
    assert time.monotonic() - begun < 1.6


def test_the_whole_attempt_may_take_fifteen_seconds() -> None:
    assert (Limits().connect, Limits().attempt) == (5.0, 15.0)


def endless_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Filler: " + b"y" * 4_000 + b"\r\n")


def endless_interims(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" * 100)


def test_headers_over_32_kilobytes_end_the_attempt() -> None:
    for speak in (endless_headers, endless_interims):
        with receiver(speak) as loud:
            assert send(loud.url, allowing(loud.place)).error == "The answer's headers are too large."


def test_headers_just_below_32_kilobytes_are_read() -> None:
    with receiver(answers(200, headers="X-Filler: " + "y" * 32_000 + "\r\n")) as loud:
        assert send(loud.url, allowing(loud.place)).status == 200


def public(listener: Receiver) -> tuple[str, Outside]:
    """A receiver as if it stood outside: its name leads to a public address, the connection is made to loopback."""

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", listener.port), timeout=seconds)

    return "http://erp.example/hook", Outside(resolver=FakeResolver(["8.8.8.8"]), dial=dial)


def test_an_endless_answer_is_left_after_64_kilobytes_and_little_is_kept() -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"z" * 65_536)

    with receiver(endless) as loud:
        url, outside = public(loud)
        send(url, NOBODY, outside)
        tracemalloc.start()
        answer = send(url, NOBODY, outside)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (answer.status, len(answer.text)) == (200, 1_024)
    assert peak < 5_000_000, f"memory grew by {peak}"


def test_a_packed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)

    def packed(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)

    with receiver(packed) as sly:
        url, outside = public(sly)
        answer = send(url, NOBODY, outside)
    assert (answer.status, answer.text) == (200, "")


def test_a_public_receivers_answer_is_kept_without_nul_and_with_retry_after() -> None:
    with receiver(answers(503, body="starting\x00up", headers="Retry-After: 120\r\nSet-Cookie: a=b\r\n")) as busy:
        url, outside = public(busy)
        answer = send(url, NOBODY, outside)
        send(url, NOBODY, outside)
    assert (answer.status, answer.text, answer.retry_after) == (503, "starting\ufffdup", "120")
    assert "cookie" not in busy.requests[1].headers


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff\xfe", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nbroken"]
)
def test_nonsense_is_a_failed_attempt_with_a_sentence(raw: bytes) -> None:
    with receiver(lambda connection: connection.sendall(raw)) as odd:
        answer = send(odd.url, allowing(odd.place))
    assert answer.status is None
    assert str(answer.error).endswith(".")


def test_a_dead_port_and_an_unknown_name_are_failed_attempts() -> None:
    with receiver(answers(200)) as gone:
        place, url = gone.place, gone.url
    assert send(url, allowing(place)).error == "The connection was refused."
    nowhere = Outside(resolver=FakeResolver([]))
    assert send("https://nowhere.example/", NOBODY, nowhere).error == "The name nowhere.example does not resolve."


def test_headers_cannot_be_smuggled_in() -> None:
    with receiver(answers(200)) as listener:
        answer = post(listener.url, b"", {"Authorization": "Bearer a\r\nX-Evil: 1"}, allowing(listener.place))
        assert answer.status is None
        post(listener.url, b"{}", {"Host": "evil.example", "Content-Length": "9"}, allowing(listener.place))
    assert [got.headers["host"] for got in listener.requests] == [listener.place]


def test_offline_nothing_is_looked_up_and_nothing_is_called(listener: Receiver) -> None:
    asked = FakeResolver(["127.0.0.1"])
    offline = OutboundPolicy(offline=True, allow=read_allow_list([listener.place]))
    with pytest.raises(OfflineModeError):
        send(listener.url, offline, Outside(resolver=asked))
    check_url("https://erp.example/hook", offline, asked)
    with pytest.raises(UrlRefusedError):
        check_url("http://169.254.169.254/", offline, asked)
    assert (asked.asked, listener.connections) == ([], 0)


def test_a_proxy_of_the_operator_gets_the_call_and_inner_addresses_are_refused_all_the_same() -> None:
    with receiver(answers(200)) as proxy:
        rules = OutboundPolicy(proxy=f"http://127.0.0.1:{proxy.port}")
        unknown = Outside(resolver=FakeResolver([]))
        assert send("http://erp.example/hook", rules, unknown).status == 200
        assert send("http://10.0.0.5/hook", rules, unknown).status is None
    assert [got.line for got in proxy.requests] == ["POST http://erp.example:80/hook HTTP/1.1"]


def test_the_environments_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch, listener: Receiver) -> None:
    with receiver(answers(200)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert send(listener.url, allowing(listener.place)).status == 200
        assert proxy.connections == 0


def test_the_path_stays_as_it_was_written() -> None:
    place = read_url("https://Erp.Example:8443/a%2Fb/ü?x=%20&y=ö#part")
    assert (place.host, place.port, place.target) == ("erp.example", 8443, "/a%2Fb/%C3%BC?x=%20&y=%C3%B6")
    assert read_url("https://bücher.example/").host == "xn--bcher-kva.example"
    assert read_url("http://my_service:8080").host_header == "my_service:8080"
