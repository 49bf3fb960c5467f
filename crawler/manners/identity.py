"""The owner's contact, as given or as the archive remembers it, into every request's headers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scrapy.settings import Settings

from archive.errors import ArchiveError
from archive.store import Archive
from crawler.manners.contact import checked_contact, from_header, user_agent
from crawler.safety.addresses import literal


class ContactAddon:
    """Scrapy add-on: completes ``USER_AGENT`` and the From header by ``CONTACT`` or the archive's contact."""

    def update_settings(self, settings: Settings) -> None:
        """Scrapy's way in. Raises ValueError where ``CONTACT`` is no contact."""
        contact = settings["CONTACT"] or known_contact(Path(settings["ARCHIVE_PATH"] or ""))
        if not contact:
            return
        contact = checked_contact(contact)
        # At the project's priority: a name given by -s USER_AGENT stands.
        settings.set("CONTACT", contact, priority="project")
        settings.set("USER_AGENT", user_agent(contact), priority="project")
        if mail := from_header(contact):
            headers = {**settings.getdict("DEFAULT_REQUEST_HEADERS"), "From": mail}
            settings.set("DEFAULT_REQUEST_HEADERS", headers, priority="project")


def known_contact(archive: Path) -> str | None:
    """The contact that an archive remembers, "" for none; None where it knows no answer."""
    if not archive.is_file():
        return None
    try:
        with Archive.open(archive, create=False) as opened:
            return opened.setting("contact")
    except ArchiveError:
        # Whoever crawls into it is told so in a moment.
        return None


def remember_contact(archive: Path, contact: str) -> None:
    """Keep a contact in the archive for later crawls. Raises the errors of opening and writing it."""
    with Archive.open(archive) as opened:
        opened.keep_setting("contact", contact)


def is_local(hosts: Iterable[str]) -> bool:
    """Whether all hosts are this machine, which needs no contact.

    >>> is_local(["127.0.0.1:8000", "localhost"]), is_local(["localhost", "www.rmlt.com.cn"])
    (True, False)
    """
    addresses = (literal(host.rpartition(":")[0] if ":" in host else host) for host in hosts)
    return all(address is not None and address.is_loopback for address in addresses)
