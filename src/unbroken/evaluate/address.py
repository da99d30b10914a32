"""Internet addresses and ranges of them, as integers: text in, a family and numbers out."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Network, IPv6Address, IPv6Network

Address = tuple[int, int]
"""(4 or 6, the address as an integer)."""
Interval = tuple[int, int, int]
"""(4 or 6, first, last), both inclusive."""

_MAPPED = 0xFFFF << 32
"""`::ffff:0:0`: IPv6 clothes of an IPv4 address."""
_OCTETS = {str(number): number for number in range(256)}
"""Decimal octets without leading zeros; anything else is no octet."""


def parse_address(text: str) -> Address | None:
    """Return the address that `text` spells, None when it spells none.

    IPv4 in IPv6 clothes (`::ffff:192.0.2.1`) is its IPv4 address. Logs at times carry a port (`192.0.2.1:443`, `[2001:db8::1]:443`)
    or a zone (`fe80::1%eth0`): both are dropped.
    """
    text = text.strip()
    if text[:1] == "[":
        text, closed, port = text[1:].partition("]")
        return _v6(text) if closed and (not port or _is_port(port)) else None
    if text.count(":") > 1:
        return _v6(text)
    host, colon, _ = text.partition(":")
    if colon and not _is_port(text[len(host) :]):
        return None
    value = _v4(host)
    return None if value is None else (4, value)


def parse_range(text: str) -> Interval | None:
    """Return the range of a CIDR, a single address or `lower-upper`, None when it spells none or its ends are the wrong way round.

    Host bits of a CIDR are ignored: `192.0.2.5/24` is the network it lies in.
    """
    text = text.strip()
    if "/" in text:
        return _network(text)
    lower_text, dash, upper_text = text.partition("-")
    lower = _bare(lower_text)
    upper = _bare(upper_text) if dash else lower
    if lower is None or upper is None or lower[0] != upper[0] or lower[1] > upper[1]:
        return None
    return (lower[0], lower[1], upper[1])


def _bare(text: str) -> Address | None:
    """Return an address that has no port: in a range a colon after four octets is a slip, not a port."""
    return None if "[" in text or ("." in text and text.count(":") == 1) else parse_address(text)


def _v4(text: str) -> int | None:
    octets = text.split(".")
    if len(octets) != 4:
        return None
    value = 0
    for octet in octets:
        number = _OCTETS.get(octet)
        if number is None:
            return None
        value = value << 8 | number
    return value


def _v6(text: str) -> Address | None:
    try:
        value = int(IPv6Address(text.partition("%")[0]))
    except AddressValueError:
        return None
    return (4, value - _MAPPED) if value >> 32 == 0xFFFF else (6, value)


def _is_port(text: str) -> bool:
    digits = text[1:]
    return text[:1] == ":" and digits.isascii() and digits.isdigit() and int(digits) < 65536


def _network(text: str) -> Interval | None:
    try:
        if ":" not in text:
            v4 = IPv4Network(text, strict=False)
            return (4, int(v4[0]), int(v4[-1]))
        v6 = IPv6Network(text, strict=False)
    except ValueError:
        return None
    first, last = int(v6[0]), int(v6[-1])
    return (4, first - _MAPPED, last - _MAPPED) if first >> 32 == last >> 32 == 0xFFFF else (6, first, last)
