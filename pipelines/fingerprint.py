"""Digests: of the body as stored (a proof), and of the text itself (the same words, however printed)."""

from __future__ import annotations

import hashlib

from archive.similarity import fingerprint, text_sha256

__all__ = ["body_sha256", "fingerprint", "text_sha256"]


def body_sha256(body: str) -> str:
    """The digest of ``body`` (UTF-8) exactly as stored, in lower-case hex.

    >>> body_sha256("社区是家园。")[:12]
    'b0433ea392ef'
    """
    return hashlib.sha256(body.encode()).hexdigest()
