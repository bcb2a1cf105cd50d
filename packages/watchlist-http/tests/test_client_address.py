"""Where a request comes from cannot be made up by who sends it."""

from collections.abc import Sequence
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from watchlist_http.client_address import ClientAddress, Origin, household_of
from watchlist_http.options import Options

OURS: Any = ["10.0.0.0/8", "fd00::/8", "192.0.2.1"]


class Line:
    """The transport of a connection from some address."""

    def __init__(self, peer: object) -> None:
        self.peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self.peer if name == "peername" else default


def address(peer: object, *forwarded: str, proxies: Any = OURS, **others: str) -> str:
    headers = CIMultiDict([("X-Forwarded-For", value) for value in forwarded])
    headers.update({name.replace("_", "-"): value for name, value in others.items()})
    request = make_mocked_request("GET", "/", headers=headers, transport=Line(peer))
    return ClientAddress(proxies)(request)


def test_without_proxies_it_is_the_address_of_the_connection() -> None:
    assert address(("203.0.113.7", 5000), "198.51.100.1", proxies=()) == "203.0.113.7"


def test_who_is_no_proxy_is_not_believed() -> None:
    assert address(("203.0.113.7", 5000), "198.51.100.1") == "203.0.113.7"


def test_a_proxy_says_who_came_there() -> None:
    assert address(("10.0.0.1", 5000), "203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize(
    "forwarded",
    [
        ["198.51.100.1, 203.0.113.7"],
        ["198.51.100.1,203.0.113.7"],
        ["198.51.100.1", "203.0.113.7"],
        ["10.9.9.9, 203.0.113.7"],
        ["198.51.100.1, 203.0.113.7, 10.0.0.2"],
        ["198.51.100.1, 203.0.113.7", "10.0.0.2, 192.0.2.1"],
        ["127.0.0.1, ::1, unknown, , 203.0.113.7 ,\t10.0.0.3"],
    ],
)
def test_what_a_client_has_written_itself_is_not_read(forwarded: Sequence[str]) -> None:
    assert address(("10.0.0.1", 5000), *forwarded) == "203.0.113.7"


@pytest.mark.parametrize("forwarded", [[], [""], ["unknown"], ["_hidden, "], ["203.0.113.7, x"]])
def test_a_proxy_that_tells_nothing_is_itself_where_it_comes_from(forwarded: Sequence[str]) -> None:
    assert address(("10.0.0.1", 5000), *forwarded) == "10.0.0.1"


def test_of_proxies_alone_the_farthest_counts() -> None:
    assert address(("10.0.0.1", 5000), "10.0.0.3, 10.0.0.2") == "10.0.0.3"


@pytest.mark.parametrize(
    ("hop", "told"),
    [
        ("203.0.113.7:4711", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:DB8:0:0:0:0:0:7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("fe80::7%eth0", "fe80::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
    ],
)
def test_an_address_has_one_spelling(hop: str, told: str) -> None:
    assert address(("10.0.0.1", 5000), hop) == told


@pytest.mark.parametrize(
    "hop",
    [
        "203.0.113.7:",
        "203.0.113.7:x",
        "203.0.113.7:\N{SUPERSCRIPT TWO}",
        "[2001:db8::7",
        "[2001:db8::7]80",
        "[2001:db8::7]:",
        "203.0.113",
        "0203.0.113.7",
        "203.0.113.7/32",
        '"203.0.113.7"',
        "for=203.0.113.7",
        "localhost",
        "9" * 5000,
    ],
)
def test_what_is_no_address_ends_the_search(hop: str) -> None:
    assert address(("10.0.0.1", 5000), f"198.51.100.1, {hop}") == "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "told"),
    [
        (("fd00::1", 5000, 0, 0), "203.0.113.7"),
        (("::ffff:10.0.0.1", 5000, 0, 0), "203.0.113.7"),
        (("::ffff:203.0.113.9", 5000, 0, 0), "203.0.113.9"),
        (("fe80::1%eth0", 5000, 0, 2), "fe80::1"),
        ("", "unknown"),
        (None, "unknown"),
        ("/run/watchlist.sock", "/run/watchlist.sock"),
    ],
)
def test_a_connection_may_come_from_anywhere(peer: object, told: str) -> None:
    assert address(peer, "203.0.113.7") == told


@pytest.mark.parametrize("header", ["Forwarded", "X_Real_IP", "X_Client_IP", "True_Client_IP"])
def test_other_headers_are_not_read(header: str) -> None:
    assert address(("10.0.0.1", 5000), **{header: "for=203.0.113.7"}) == "10.0.0.1"


@pytest.mark.parametrize("network", ["10.0.0.1/8", "example.org", "", "10.0.0.0/33"])
def test_a_proxy_that_is_no_network_is_refused_at_the_start(network: str) -> None:
    with pytest.raises(ValueError, match=network or "''"):
        Options(trusted_proxies=[network])


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("/run/watchlist.sock", "/run/watchlist.sock"),
        ("", "unknown"),
    ],
)
def test_a_home_with_many_addresses_is_counted_as_one(peer: str, counted: str) -> None:
    assert household_of(Origin(address((peer, 5000, 0, 0) if peer else None))) == counted
