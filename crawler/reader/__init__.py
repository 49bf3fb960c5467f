"""From the bytes of a page to an article: by a site's selectors, else by what all pages share."""

from crawler.reader.lists import ListPage, read_list
from crawler.reader.locate import Located, locate, locate_page
from crawler.reader.pages import join_pages
from crawler.reader.read import read_page, score_view

__all__ = [
    "ListPage",
    "Located",
    "join_pages",
    "locate",
    "locate_page",
    "read_list",
    "read_page",
    "score_view",
]
