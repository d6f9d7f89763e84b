"""Addresses that a federation chose: public, resolved once, and asked at exactly what they resolved to."""

import socket
from typing import Any

import pytest
from flask import Flask

from lms import outside
from lms.outside import Unreachable

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name leads to these; which were asked for."""
    asked: list[str] = []

    def found(host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


@pytest.mark.parametrize(
    "url",
    [
        "http://lrs.demo.test", "ftp://lrs.demo.test", "https://", "https://a:b@lrs.demo.test", "https://lrs.demo.test/?a=1",
        "https://lrs.demo.test/#a", "//lrs.demo.test", "https://lrs.demo.test:99999", "https://lrs.demo.test:0", "file:///etc/passwd",
        "https://lrs.demo.test/\r\nHost: x", "https://ñ.demo.test", "javascript:1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_plain_https_is_not_fit(app: Flask, database_kind: str, url: str) -> None:
    with app.app_context():
        assert not outside.is_fit(url)
        assert outside.is_fit("https://lrs.demo.test:8443/xAPI")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "192.0.2.1",
    ],
)  # fmt: skip
def test_an_address_inside_a_network_is_not_public(database_kind: str, address: str) -> None:
    assert not outside.is_public(address)


def test_a_public_address_is(database_kind: str) -> None:
    assert outside.is_public("93.184.215.14")
    assert outside.is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_a_name_that_also_leads_inside_is_not_asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "93.184.215.14", "127.0.0.1")
    with app.app_context(), pytest.raises(Unreachable, match="private"):
        outside.ask("GET", "https://lrs.demo.test/xAPI", headers={})


def test_what_is_asked_is_what_the_name_led_to_and_it_is_asked_for_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, connected = resolving(monkeypatch, "93.184.215.14"), []

    def refuse(address: tuple[str, int], *_more: Any, **_others: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with app.app_context(), pytest.raises(Unreachable, match="refused"):
        outside.ask("GET", "https://lrs.demo.test/xAPI", headers={})
    assert connected == [("93.184.215.14", 443)]
    assert asked == ["lrs.demo.test"]
