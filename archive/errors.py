"""What can be wrong with an archive, one class a mistake. Each message names the file and the way out."""

from __future__ import annotations


class ArchiveError(Exception):
    """Something is wrong with the archive itself."""


class NoArchive(ArchiveError):
    """There is no file at the path."""


class NotAnArchive(ArchiveError):
    """The file is no SQLite file, or an SQLite file that is not luntan's."""


class SchemaTooNew(ArchiveError):
    """The archive was written by a newer luntan."""


class ArchiveUnusable(ArchiveError):
    """The archive can not be read or written now: a full disk, no permission, a damaged file."""


class SiteBusy(ArchiveError):
    """Another crawl of the same site is writing to the archive; ``words`` say which."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words} - wait until it ends, or stop it")
        self.words = words
