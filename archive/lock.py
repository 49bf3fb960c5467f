"""One crawl of a site at a time, and who is at work: locks beside the archive.

The system lets a lock go when its holder dies, however that happens. What is locked is the site of a crawl,
or any other run by itself, so that a run which was killed can be told from one that is still at work.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path

from archive.errors import ArchiveUnusable, SiteBusy
from archive.rows import now

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        # Far behind the words: what Windows locks, nobody else can read.
        os.lseek(handle, 1 << 30, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    _try_share = _try_lock
    _READ = os.O_RDWR
else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _try_share(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)

    _READ = os.O_RDONLY

# `is_held` has a free lock in its hands for less than this.
LOOK_SECONDS = 0.05


def lock_path(archive: Path, name: str) -> Path:
    """Where the lock of a site, or of a run that is no crawl (``ingest-12``), lies.

    >>> lock_path(Path("news/archive.db"), "rmlt").as_posix()
    'news/archive.db-rmlt.lock'
    """
    return archive.with_name(f"{archive.name}-{name}.lock")


def is_held(archive: Path, name: str) -> bool:
    """Whether a living process holds the lock; one that can not be read counts as held."""
    try:
        handle = os.open(lock_path(archive, name), _READ)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        _try_share(handle)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


class RunLock:
    """Holds ``<archive>-<name>.lock`` until `release` or the end of the process, however it ends."""

    def __init__(self, archive: Path, name: str) -> None:
        """Raises `SiteBusy`, which says who holds it, or `ArchiveUnusable`."""
        self.path = lock_path(archive, name)
        try:
            self._handle = self._hold()
        except BlockingIOError as error:
            raise SiteBusy(self._words(archive, name)) from error
        except PermissionError as error:
            # Windows says so of a lock that is held, as of a folder that may not be written.
            if sys.platform == "win32":
                raise SiteBusy(self._words(archive, name)) from error
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
                _lock(handle)
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

    def _words(self, archive: Path, name: str) -> str:
        try:
            holder = self.path.read_text("utf-8", "replace")[:200] or "another process"
        except OSError:
            holder = "another process"
        return f"{archive}: {name} is being crawled already by {holder}"


def _lock(handle: int) -> None:
    try:
        _try_lock(handle)
    except OSError:
        # Somebody may only have looked whether it is held.
        time.sleep(LOOK_SECONDS)
        _try_lock(handle)


def _is_named(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
