"""Which addresses a harvester may reach, and that nothing gets around it."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import FetchError
from catalogue.net_guard import NetGuard, is_public, system_resolver

REFUSED = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, not to listen on
    "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1",
    "ff02::1", "2001:db8::1", "3fff::1", "2001::1", "100::1", "5f00::1", "fec0::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "2002:7f00:1::", "2002:a9fe:a9fe::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1", "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1",
]  # fmt: skip
ALLOWED = [
    "193.190.130.15", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:67c:11c::1", "2a01:cb00::1",
    "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_address_outside_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_public_address_is_allowed(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_passes_that_python_calls_private(address: ipaddress.IPv4Address) -> None:
    if is_public(str(address)):
        assert address.is_global or address in ipaddress.ip_network("192.0.0.0/24")
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_ipv6_spellings_of_an_address_get_its_verdict(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for spelling in (
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
    ):
        assert is_public(str(spelling)) == is_public(str(address))


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_passes_outside_global_unicast(address: ipaddress.IPv6Address) -> None:
    if is_public(str(address)):
        inner = address.ipv4_mapped is not None or str(address).startswith("64:ff9b::")
        assert inner or address in ipaddress.ip_network("2000::/3")


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "[::1]"])
def test_other_names_of_loopback_are_refused(host: str) -> None:
    with pytest.raises(FetchError) as caught:
        NetGuard().addresses(host, 80)
    assert caught.value.code in ("address-refused", "host-unknown")


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    guard = NetGuard(resolve=lambda host, port: ["193.190.130.15", "10.0.0.5"])
    with pytest.raises(FetchError) as caught:
        guard.addresses("portal.example", 443)
    assert (caught.value.code, caught.value.params) == (
        "address-refused", {"host": "portal.example"},
    )  # fmt: skip


def test_trusted_network_lets_private_addresses_through() -> None:
    guard = NetGuard(trusted_network=True, resolve=lambda host, port: ["10.0.0.5"])
    assert guard.addresses("portal.intern", 80) == ["10.0.0.5"]


def test_unknown_host_is_told_apart_from_a_refused_one() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(FetchError) as caught:
        NetGuard(resolve=resolve).addresses("portal.invalid", 80)
    assert caught.value.code == "host-unknown"


def test_system_resolver_gives_each_address_once() -> None:
    assert system_resolver("127.0.0.1", 80) == ["127.0.0.1"]
