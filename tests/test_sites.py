"""Addresses of a site: one canonical form, only its own hosts, articles told from everything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sites import SITES, UnknownName, get_columns, get_site, original_of
from crawler.sites.base import Site
from crawler.sites.rmlt import SITE

ARTICLE = "http://www.rmlt.com.cn/2019/1107/561091.shtml"


@pytest.mark.parametrize(
    "address",
    [
        ARTICLE,
        "https://www.rmlt.com.cn/2019/1107/561091.shtml",
        "http://rmlt.com.cn/2019/1107/561091.shtml?from=singlemessage",
        "HTTP://WWW.RMLT.COM.CN:80/2019/1107/561091.shtml#top",
        "//www.rmlt.com.cn/2019/1107/561091.shtml",
        "/2019/1107/561091.shtml?from=timeline&isappinstalled=0",
    ],
)
def test_all_forms_of_an_address_are_one_article(address: str) -> None:
    assert SITE.article_url(address, base="http://www.rmlt.com.cn/dangjian/") == ARTICLE


@pytest.mark.parametrize(
    "address",
    [
        "http://www.rmlt.com.cn/dangjian/",
        "http://www.rmlt.com.cn/2019/1107/561091.shtml/more",
        "http://rmlt.com.cn.example/2019/1107/561091.shtml",
        "http://evil-rmlt.com.cn/2019/1107/561091.shtml",
        "http://user@127.0.0.1/2019/1107/561091.shtml",
        "file:///2019/1107/561091.shtml",
        "javascript:void(0)",
        "http://[::1/2019/1107/561091.shtml",
        "http://www.rmlt.com.cn:99999/2019/1107/561091.shtml",
    ],
)
def test_what_is_no_article_of_the_site(address: str) -> None:
    assert SITE.article_url(address, base="http://www.rmlt.com.cn/") is None


def test_a_subdomain_is_the_site_s_and_keeps_its_name() -> None:
    assert SITE.article_url("https://politics.rmlt.com.cn/2019/1107/561091.shtml") == (
        "http://politics.rmlt.com.cn/2019/1107/561091.shtml"
    )


def test_a_mirror_s_path_gives_the_original_s_address() -> None:
    assert original_of("http://mirror.example/2019/1107/561091.shtml") == ARTICLE
    assert original_of(ARTICLE) is None
    assert original_of("http://mirror.example/news/561091.html") is None
    assert original_of("urn:sha256:00") is None


@given(st.text(max_size=60))
def test_no_address_makes_a_traceback_and_canonical_is_canonical(address: str) -> None:
    found = SITE.article_url(address, base=ARTICLE)
    assert found is None or SITE.article_url(found) == found


def test_unknown_names_suggest_the_nearest() -> None:
    with pytest.raises(UnknownName, match="rmlt"):
        get_site("rmit")
    with pytest.raises(UnknownName, match="dangjian"):
        get_columns(SITE, ("dangjain",))


@pytest.mark.parametrize("site", SITES.values(), ids=list(SITES))
def test_a_declaration_is_whole(site: Site) -> None:
    columns = get_columns(site, ())
    assert len({column.slug for column in columns}) == len(columns)
    assert len({column.url for column in columns}) == len(columns)
    assert all(site.owns(column.url) and column.label for column in columns)
    assert all("," not in column.slug for column in columns)
