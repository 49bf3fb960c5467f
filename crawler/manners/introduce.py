"""Asking for the owner's contact, once, at the first crawl on a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crawler.manners.contact import checked_contact
from crawler.sites.base import Site


class ContactType(click.ParamType[str]):
    """A mail address or a web page; nothing at all is allowed, and means none."""

    name = "contact"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The contact, checked."""
        try:
            return checked_contact(value) if value.strip() else ""
        except ValueError as error:
            self.fail(str(error), param, ctx)


def introduce(archive: Path, site: Site, contact: str | None) -> None:
    """Remember the contact given; without one, ask for it on a terminal where the archive knows no answer.

    Raises `archive.errors.ArchiveError`, and `click.Abort` where Ctrl-C is the answer.
    """
    from crawler.manners.identity import is_local, known_contact, remember_contact

    can_ask = sys.stdin.isatty() and sys.stderr.isatty() and not is_local(site.hosts)
    if contact is None and can_ask and known_contact(archive) is None:
        click.echo(
            f"Whoever keeps {site.label} should be able to reach you: by a mail address or a web page,",
            err=True,
        )
        click.echo("sent with every request and remembered in the archive. Enter alone: none.", err=True)
        contact = click.prompt("Your contact", type=ContactType(), default="", show_default=False, err=True)
    if contact is not None:
        remember_contact(archive, contact)
