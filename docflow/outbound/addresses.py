"""Which addresses may be called: what is tested is the address a spelling leads to, never the spelling."""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

import idna

from docflow.errors import UrlRefusedError
from docflow.outbound.policy import IPAddress, OutboundPolicy

Resolve = Callable[[str, int, float], list[str]]  # host, port, seconds -> every address; OSError if there is none

LONGEST_URL = 2_000
PORTS = {"http": 80, "https": 443}
# Networks that the standard library calls global, or calls so in some versions, and that lead inside all the same:
# special registries, and the forms of IPv6 that carry an IPv4 address in their body.
REFUSED = tuple(
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24", "192.88.99.0/24", "::/96", "64:ff9b::/96", "64:ff9b:1::/48",
        "2002::/16", "2001::/32", "fec0::/10", "3fff::/20", "5f00::/16",
    )
)  # fmt: skip
_MAPPED = ipaddress.ip_network("::ffff:0:0/96")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*", re.ASCII)
_NUMERIC_END = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A URL taken apart. `host` is an ASCII name or the plain form of an address; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def literal(self) -> IPAddress | None:
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def read_url(url: str) -> Place:
    """The parts of an address that may be called. Raises UrlRefusedError for everything with a trick in it."""
    if not url or len(url) > LONGEST_URL:
        raise UrlRefusedError(f"An address has between 1 and {LONGEST_URL:,} characters.")
    if _FORBIDDEN.search(url):
        raise UrlRefusedError("An address holds no spaces, control characters or backslashes.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UrlRefusedError("This is not a valid address.") from None
    if parts.scheme not in PORTS:
        raise UrlRefusedError("An address begins with https:// or http://.")
    if "@" in parts.netloc:
        raise UrlRefusedError("An address holds no user name and no password.")
    if port == 0:
        raise UrlRefusedError("Port 0 cannot be called.")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + _query(parts)
    return Place(parts.scheme, _read_host(parts.hostname or "", "[" in parts.netloc), port or PORTS[parts.scheme], target)


def _query(parts: SplitResult) -> str:
    return f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""


def _read_host(raw: str, bracketed: bool) -> str:
    host = unquote(raw)
    if not host or _FORBIDDEN.search(host) or any(sign in host for sign in "/@?#%[]") or (":" in host and not bracketed):
        raise UrlRefusedError("The host of this address is not valid.")
    if bracketed:
        try:
            return str(ipaddress.ip_address(host))
        except ValueError:
            raise UrlRefusedError("The host of this address is not valid.") from None
    name = _ascii(host).lower().removesuffix(".")
    if _NUMERIC_END.search(name):
        return _number(name)
    if not _NAME.fullmatch(name) or len(name) > 253:
        raise UrlRefusedError("The host of this address is not valid.")
    return name


def _ascii(host: str) -> str:
    if host.isascii():  # names of containers and of Windows machines hold underscores, which IDNA refuses
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise UrlRefusedError("The host of this address is not valid.") from None


def _number(name: str) -> str:
    """2130706433, 0x7f.1, 0177.0.0.1 and 127.1 are 127.0.0.1, as every resolver reads them."""
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        raise UrlRefusedError("The host of this address is not valid.") from None


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """All addresses of `host`. The system's resolver knows no deadline, so it works in a thread that may be left behind."""
    found: list[str] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)
        except UnicodeError:  # the resolver's own idea of a name too long
            failed.append(OSError(f"{host} is not a name"))

    thread = threading.Thread(target=ask, name="resolver", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"{host} was not resolved in {seconds:g} s")
    if failed:
        raise failed[0]
    return list(dict.fromkeys(found))


def refusal(text: str) -> str | None:
    """Why an address must not be called, e.g. "a private address", or None if it is a public one."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "no address"
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return "an address with a zone"
        if address in _MAPPED:
            return refusal(str(address.ipv4_mapped))
    if not any(address in network for network in REFUSED if network.version == address.version) and (
        address.is_global and not address.is_multicast and not address.is_reserved
    ):
        return None
    return _kind(address)


def _kind(address: IPAddress) -> str:
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast:
        return "a multicast address"
    return "a private address" if address.is_private and not address.is_unspecified else "not a public address"


def plain(text: str) -> IPAddress | None:
    """The address as the allow-list compares it: IPv4 in IPv6 clothes undressed. None for one with a zone."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return None
        return address.ipv4_mapped or address
    return address


def permitted(place: Place, addresses: list[str], policy: OutboundPolicy) -> bool:
    """Tests every address that the host leads to. True if the operator's list was needed. Raises UrlRefusedError."""
    exempted = False
    for text in addresses:
        reason = refusal(text)
        if reason is None:
            continue
        address = plain(text)
        if address is None or not policy.allows(place.host, place.port, address):
            # The name's address stays unsaid: it would let customers read the operator's internal DNS.
            lead = f"{place.host} is" if place.literal else f"{place.host} leads to"
            raise UrlRefusedError(f"{lead} {reason}; an operator can allow it.")
        exempted = True
    _check_port(place, addresses, policy)
    return exempted


def _check_port(place: Place, addresses: list[str], policy: OutboundPolicy) -> None:
    if place.port in (80, 443) or place.port >= 1024:
        return
    if not policy.allows_port(place.host, place.port, [found for each in addresses if (found := plain(each))]):
        raise UrlRefusedError(f"Port {place.port} is not called; use 80, 443 or 1024 and up. An operator can allow it.")


def check_url(url: str, policy: OutboundPolicy, resolver: Resolve = resolve) -> Place:
    """The early check, when an address is saved; the one that counts is made at every connection. Raises UrlRefusedError.

    A name that does not resolve now is let through: its server may not stand yet, and nothing is sent by saving. In
    Offline Mode names are not looked up at all.
    """
    place = read_url(url)
    addresses = [place.host] if place.literal else []
    if not place.literal and not policy.offline:
        try:
            addresses = resolver(place.host, place.port, 5.0)
        except OSError:
            addresses = []
    permitted(place, addresses, policy)
    return place
