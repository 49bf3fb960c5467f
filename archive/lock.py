"""One crawl of a site at a time: a lock beside the archive, which the system lets go when its holder dies."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from archive.errors import ArchiveUnusable, SiteBusy
from archive.rows import now

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        # Far behind the words: what Windows locks, nobody else can read.
        os.lseek(handle, 1 << 30, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class SiteLock:
    """Holds ``<archive>-<site>.lock`` until `release` or the end of the process, however it ends."""

    def __init__(self, archive: Path, site: str) -> None:
        """Raises `SiteBusy`, which says who holds it, or `ArchiveUnusable`."""
        self.path = archive.with_name(f"{archive.name}-{site}.lock")
        try:
            self._handle = self._hold()
        except BlockingIOError as error:
            raise SiteBusy(self._words(archive, site)) from error
        except PermissionError as error:
            # Windows says so of a lock that is held, as of a folder that may not be written.
            if sys.platform == "win32":
                raise SiteBusy(self._words(archive, site)) from error
            raise ArchiveUnusable(f"{self.path}: {error.strerror}") from error
        except OSError as error:
            raise ArchiveUnusable(f"{self.path}: {error.strerror}") from error

    def release(self) -> None:
        """Let the lock go and remove its file."""
        if sys.platform == "win32":
            os.close(self._handle)
            self.path.unlink(missing_ok=True)
        else:
            # While it is still held: another one may hold the name as soon as it is free.
            self.path.unlink(missing_ok=True)
            os.close(self._handle)

    def _hold(self) -> int:
        while True:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                _try_lock(handle)
                if _is_named(handle, self.path):
                    os.ftruncate(handle, 0)
                    words = f"process {os.getpid()} on {platform.node()} since {now()}"
                    os.lseek(handle, 0, os.SEEK_SET)
                    os.write(handle, words.encode())
                    return handle
            except BaseException:
                os.close(handle)
                raise
            # Its holder removed the file between our opening and our locking it.
            os.close(handle)

    def _words(self, archive: Path, site: str) -> str:
        try:
            holder = self.path.read_text("utf-8", "replace")[:200] or "another process"
        except OSError:
            holder = "another process"
        return f"{archive}: {site} is being crawled already by {holder} - wait until it ends, or stop it"


def _is_named(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
