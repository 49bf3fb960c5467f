"""Whom a crawl connects to: the site's own hosts at public addresses, and nobody else."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.safety.addresses import Allowed, is_public, literal
from crawler.safety.guard import why_forbidden
from crawler.sites import rmlt
from crawler.sites.base import Site

SITE = rmlt.SITE
NOBODY = Allowed()


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "4000::1",
    ],
)
def test_an_address_that_is_not_anybodys_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "223.5.5.5", "2400:3200::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_an_address_of_a_web_server_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_no_private_address_is_public(address: object) -> None:
    parsed = ip_address(str(address))
    if parsed.is_private or parsed.is_loopback or parsed.is_link_local or parsed.is_multicast:
        assert not is_public(parsed) or (parsed.version == 6 and getattr(parsed, "ipv4_mapped", None))


@given(st.text(max_size=40))
def test_any_host_is_a_name_or_an_address(host: str) -> None:
    literal(host)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/2019/1107/561091.shtml",
        "http://localhost/",
        "http://www.rmlt.com.cn.localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[fe80::1%25eth0]/",
        "http://①②⑦.0.0.1/",
        "http://127。0。0。1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://0/",
    ],
)
def test_no_page_leads_to_a_private_address(url: str) -> None:
    assert re.search("is an? .*address|holds more", str(why_forbidden(urlparse(url), SITE, NOBODY)))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://www.evil.example/", "www.evil.example is no host of 人民论坛网"),
        ("http://rmlt.com.cn.evil.example/", "no host"),
        ("http://evilrmlt.com.cn/", "no host"),
        ("http://www.rmlt.com.cn:22/", "no host"),
        ("http://www.rmlt.com.cn@evil.example/", "more than a host"),
        ("http://user:word@www.rmlt.com.cn/", "more than a host"),
        ("http://evil.example\\@www.rmlt.com.cn/", "more than a host"),
        ("https://8.8.8.8/", "no host"),
        ("file:///etc/passwd", "file: is not fetched"),
        ("ftp://www.rmlt.com.cn/a", "ftp: is not fetched"),
        ("javascript:alert(1)", "javascript: is not fetched"),
        ("data:text/html,<p>", "data: is not fetched"),
        ("gopher://www.rmlt.com.cn/", "gopher: is not fetched"),
    ],
)
def test_what_is_not_the_sites_is_refused_with_its_reason(url: str, why: str) -> None:
    assert why in str(why_forbidden(urlparse(url), SITE, NOBODY))


@pytest.mark.parametrize(
    "url", ["http://www.rmlt.com.cn/a", "https://RMLT.com.cn:443/", "http://politics.rmlt.com.cn./x?y=1"]
)
def test_the_sites_own_addresses_pass(url: str) -> None:
    assert why_forbidden(urlparse(url), SITE, NOBODY) is None


def _at(*hosts: str) -> Site:
    return replace(SITE, hosts=hosts)


def test_a_declaration_may_name_a_private_host_and_a_page_no_other_port_of_it() -> None:
    site = _at("127.0.0.1:8000", "localhost:8000")
    for own in ("http://127.0.0.1:8000/x", "http://localhost:8000/"):
        assert why_forbidden(urlparse(own), site, NOBODY) is None
    for other in ("http://127.0.0.1:8001/", "http://127.0.0.1/", "http://x.localhost:8000/"):
        assert "loopback" in str(why_forbidden(urlparse(other), site, NOBODY))


def test_the_setting_allows_hosts_of_the_site_alone() -> None:
    site = _at("lan")
    allowed = Allowed.parse(["10.0.0.0/8", "archive.localhost"])
    assert why_forbidden(urlparse("http://10.0.0.7/"), site, allowed) is not None
    assert why_forbidden(urlparse("http://10.0.0.7/"), _at("0.0.7"), NOBODY) is not None
    assert why_forbidden(urlparse("http://10.0.0.7/"), _at("0.0.7"), allowed) is None
