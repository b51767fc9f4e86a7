"""What counts as one visitor's address."""

from __future__ import annotations

import ipaddress

SHARED_BITS = 64
"""Of an IPv6 address: a visitor has a whole network of addresses."""


def network(address: str) -> str:
    """Return a visitor's address, or his IPv6 network; empty for this machine itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return network(str(parsed.ipv4_mapped))
        if not parsed.is_loopback:
            return str(ipaddress.ip_network((parsed, SHARED_BITS), strict=False))
    return "" if parsed.is_loopback else str(parsed)
