"""Which addresses may be opened: the public internet, and private networks only when the operator says so.

The check is made on the address that is then connected to, so a name that resolves differently the second time
(DNS rebinding) gains nothing.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: carries an IPv4 address
# Where clouds keep the credentials of a machine; never a website, so these stay closed in any case.
_METADATA = frozenset(ip_address(text) for text in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200"))


def refused(text: str, *, allow_private: bool) -> str:
    """Return why an address is not opened, in a few words; ``""`` when it may be."""
    address = _inner(ip_address(text.partition("%")[0]))
    if address.is_link_local or address in _METADATA:
        return "an address of the machine's own link"
    if address.is_multicast or address.is_unspecified or (address.is_reserved and not address.is_loopback):
        return "not an address of a single host"
    if address.is_global or allow_private:
        return ""
    return "this machine itself" if address.is_loopback else "an address inside a private network"


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address carries, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
