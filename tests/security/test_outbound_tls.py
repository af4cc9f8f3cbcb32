"""Over TLS the address is pinned and the name is what counts: it is asked for, and the certificate must be its own."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from docflow.outbound import Answer, OutboundPolicy, post
from docflow.outbound.door import Outside
from docflow.outbound.wire import WAIT
from tests.fakes.receivers import FakeResolver, Receiver, read_request, receiver


def write_certificate(folder: Path, name: str, address: str = "") -> Path:
    """A certificate that signs itself, with its key, valid for a name or an address."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.IPAddress(ipaddress.ip_address(address))] if address else [x509.DNSName(name)]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def speaking_tls(
    certificate: Path, asked: list[str | None], respond: bytes, pause: float = 0.0
) -> Callable[[socket.socket], None]:
    """Serves one request over TLS, in two pieces with a `pause` before each; notes the name that was asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, name, __: asked.append(name)

    def speak(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                read_request(secure)
                for piece in [respond[:9], respond[9:]] if pause else [respond]:
                    time.sleep(pause)
                    secure.sendall(piece)
        except ssl.SSLError:  # the caller hung up on our certificate
            return

    return speak


def outside(listener: Receiver, trusting: Path | None) -> Outside:
    """The listener as if it stood at a public address, with a certificate that is trusted or not."""

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", listener.port), timeout=seconds)

    def trusted() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(trusting))

    public = Outside(resolver=FakeResolver(["8.8.8.8"]), dial=dial)
    return Outside(resolver=public.resolver, dial=dial, tls=trusted) if trusting else public


def send(url: str, world: Outside) -> Answer:
    return post(url, b"{}", {}, OutboundPolicy(), world)


def test_the_name_is_asked_for_and_verified_though_the_address_is_pinned(tmp_path: Path) -> None:
    certificate, asked = write_certificate(tmp_path, "erp.example"), list[str | None]()
    with receiver(
        speaking_tls(certificate, asked, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), reads=False
    ) as listener:
        answer = send("https://erp.example/hook", outside(listener, certificate))
        assert (answer.status, answer.text, asked) == (200, "ok", ["erp.example"])
        wrong = send("https://other.example/hook", outside(listener, certificate))
        assert wrong.status is None
        assert str(wrong.error).startswith("The certificate is not trusted: Hostname mismatch")


def test_an_address_may_have_a_certificate_of_its_own(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, "by-address", "8.8.8.8")
    with receiver(speaking_tls(certificate, [], b"HTTP/1.1 204 No Content\r\n\r\n"), reads=False) as listener:
        assert send("https://8.8.8.8/hook", outside(listener, certificate)).status == 204


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, "erp.example")
    with receiver(speaking_tls(certificate, [], b""), reads=False) as listener:
        answer = send("https://erp.example/hook", outside(listener, None))
    assert (answer.status, answer.error) == (None, "The certificate is not trusted: self-signed certificate.")


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28"])
def test_a_listener_without_tls_is_told_in_a_sentence(raw: bytes, tmp_path: Path) -> None:
    with receiver(lambda connection: connection.sendall(raw), reads=False) as listener:
        answer = send("https://erp.example/hook", outside(listener, None))
    assert answer.error == "The receiver speaks no TLS that docflow accepts."


def test_while_an_answer_is_awaited_the_caller_may_look_up_without_losing_it(tmp_path: Path) -> None:
    certificate, looks = write_certificate(tmp_path, "erp.example"), list[int]()
    slow = speaking_tls(certificate, [], b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", pause=WAIT + 0.5)
    with receiver(slow, reads=False) as listener:
        world = replace(outside(listener, certificate), on_wait=lambda: looks.append(1))
        answer = send("https://erp.example/hook", world)
    assert (answer.status, answer.text, answer.is_whole) == (200, "ok", True)
    assert len(looks) >= 2


def test_what_looking_up_raises_ends_the_call(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, "erp.example")

    def stop() -> None:
        raise LookupError("enough")

    with receiver(speaking_tls(certificate, [], b"", pause=20), reads=False) as listener:
        began = time.monotonic()
        with pytest.raises(LookupError, match="enough"):
            send("https://erp.example/hook", replace(outside(listener, certificate), on_wait=stop))
        assert time.monotonic() - began < 10
