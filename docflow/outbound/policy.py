"""What the operator allows: the list of exceptions, the proxy, Offline Mode."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from docflow import env

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

# One machine, three spellings: whoever allows one of them means the listener on that port of this machine.
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Exemption:
    """One entry of DOCFLOW_OUTBOUND_ALLOW: a network or a name, and a port or none (then any usual one)."""

    network: IPNetwork | None
    name: str
    port: int | None

    def covers(self, host: str, port: int, address: IPAddress | None) -> bool:
        """Whether this entry lets `address` pass, reached as `host`:`port`. Without an address only the name counts."""
        if self.port not in (None, port):
            return False
        if self._this_machine() and (host in THIS_MACHINE or str(address) in THIS_MACHINE):
            return address is None or str(address) in THIS_MACHINE
        if self.network is None:
            return host == self.name
        return address is not None and address.version == self.network.version and address in self.network

    def _this_machine(self) -> bool:
        return self.name in THIS_MACHINE or (
            self.network is not None and self.network.num_addresses == 1 and str(self.network[0]) in THIS_MACHINE
        )


@dataclass(frozen=True, slots=True)
class OutboundPolicy:
    """How far docflow may reach. `allow` comes from `read_allow_list`; `proxy` is an http address or ""."""

    offline: bool = False
    allow: tuple[Exemption, ...] = ()
    proxy: str = ""

    def allows(self, host: str, port: int, address: IPAddress | None = None) -> bool:
        return any(entry.covers(host, port, address) for entry in self.allow)

    def allows_port(self, host: str, port: int, addresses: Iterable[IPAddress]) -> bool:
        """Whether an entry names this very port: only that opens a port below 1024 that is not 80 or 443."""
        named = [entry for entry in self.allow if entry.port == port]
        found = list(addresses)
        return any(entry.covers(host, port, None) for entry in named) or (
            bool(found) and all(any(entry.covers(host, port, each) for entry in named) for each in found)
        )


def read_allow_list(entries: Iterable[str]) -> tuple[Exemption, ...]:
    """`10.0.5.0/24`, `10.0.5.7:8080`, `[fd00::5]:8080`, `erp.example.internal:8080`. Raises SettingError."""
    return tuple(_read_entry(entry.strip()) for entry in entries if entry.strip())


def _read_entry(entry: str) -> Exemption:
    if (network := _network(entry.strip("[]"))) is not None:
        return Exemption(network, "", None)
    host, colon, digits = entry.rpartition(":")
    if not colon:
        host, digits = entry, ""
    if (colon and not digits.isdecimal()) or (digits and not 0 < int(digits) < 65536) or not host:
        raise env.SettingError(
            f"DOCFLOW_OUTBOUND_ALLOW holds {entry!r}. Use an address, a network or a name, with :port or not."
        )
    port = int(digits) if digits else None
    network = _network(host.strip("[]"))
    if network is None and (any(sign in host for sign in "[]/:@ ") or host.replace(".", "").isdecimal()):
        raise env.SettingError(f"DOCFLOW_OUTBOUND_ALLOW holds {entry!r}, which is neither an address nor a name.")
    return Exemption(network, "" if network else host.lower().rstrip("."), port)


def _network(text: str) -> IPNetwork | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def policy() -> OutboundPolicy:
    """The policy of this installation, from DOCFLOW_OFFLINE, DOCFLOW_OUTBOUND_ALLOW and DOCFLOW_OUTBOUND_PROXY."""
    return OutboundPolicy(
        offline=env.flag("DOCFLOW_OFFLINE"),
        allow=read_allow_list(env.words("DOCFLOW_OUTBOUND_ALLOW")),
        proxy=env.url("DOCFLOW_OUTBOUND_PROXY", "http"),
    )
