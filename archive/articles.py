"""Where a page's article belongs: in a row of its own, among the copies of another, or in its place.

Two pages are related when their addresses or their words are the same, when one mirrors the other's address,
or when their texts are copies by `archive.similarity.is_copy`. Relation goes both ways and does not
ask who came first; all pages that are related, directly or through others, carry one article. So
the same pages give the same articles and copies in whatever order they come.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from archive.bands import BandIndex
from archive.rows import Row, Rows, now
from archive.similarity import fingerprint, is_copy
from archive.witnesses import CONTENT, FIELDS, PARTS, Place, Witness, WitnessBook, claim, witness_of

Outcome = Literal["new", "changed", "unchanged", "copies"]


class Placed(NamedTuple):
    """Where an article went: its own row, or the article of which it is a copy."""

    outcome: Outcome
    article_id: int


class ArticleWriter:
    """Writes one article with its people, pictures, repairs, revisions and copies."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.rows = Rows(conn)
        self.conn = conn
        self.witnesses = WitnessBook(conn)
        self.bands = BandIndex(conn)

    def write(self, article: Row, page: Row) -> Placed:
        """Write ``article``, read from ``page``, where it belongs. Times come from the page."""
        witness = witness_of(article, page["fetched_at"] or now())
        place = self.witnesses.find(witness["url"])
        if place is None:
            return self.place(witness, article["bands"])
        known = self.witnesses.read(place)
        earlier = self.rows.one("SELECT payload_sha256 FROM pages WHERE url = ?", witness["url"])
        # The same bytes read better are no edit of the article, and make no revision.
        is_edit = earlier is None or earlier["payload_sha256"] != page["payload_sha256"]
        is_edit = is_edit or self._is_revision(place.article_id, witness | {"seen_at": page["fetched_at"]})
        return self.update(place, known, witness, article["bands"], is_edit=is_edit)

    def place(self, witness: Witness, bands: Sequence[int]) -> Placed:
        """Write a witness whose address is not known yet."""
        related = self.related(witness, bands)
        self.bands.put(witness["url"], bands)
        if not related:
            return Placed("new", self.witnesses.insert_article(witness))
        if len(related) == 1:
            article = self.witnesses.read(Place(related[0], None))
            if claim(article) < claim(witness):
                self.witnesses.write_copy(related[0], witness, article)
                return Placed("copies", related[0])
        return self._placed(self.unite(related, witness), witness)

    def update(
        self, place: Place, known: Witness, witness: Witness, bands: Sequence[int], *, is_edit: bool
    ) -> Placed:
        """Bring a known witness up to date; with ``is_edit`` its earlier text becomes a revision.

        An edit seen before the text that is known (an old saved page) is a revision itself. What is known
        from a time to come was seen by a clock that went wrong, and gives way.
        """
        if is_edit and witness["last_seen_at"] < known["last_seen_at"] <= now():
            return self.add_earlier(place, known, witness)
        seen = {
            "first_seen_at": min(known["first_seen_at"], witness["first_seen_at"]),
            "last_seen_at": max(known["last_seen_at"], witness["last_seen_at"]),
            "gone_at": witness["gone_at"],
        }
        seen_at, witness = witness["last_seen_at"], witness | seen
        if all(known[name] == witness[name] for name in (*FIELDS, *PARTS)):
            return self._see_again(place, known, seen)
        self.bands.drop(known["url"], fingerprint(known["title"], known["body"])[1])
        if place.copy_id is not None:
            self.witnesses.drop_copy(place)
            placed = self.place(witness, bands)._replace(outcome="changed")
        else:
            placed = self._rewrite(place.article_id, witness, bands)
        if is_edit and any(known[name] != witness[name] for name in CONTENT):
            self._revise(placed.article_id, known, seen_at)
        return placed

    def add_earlier(self, place: Place, known: Witness, witness: Witness) -> Placed:
        """Keep what an address said before it said what is known, as a revision."""
        if any(known[name] != witness[name] for name in CONTENT):
            earlier = {name: witness[name] for name in ("url", *CONTENT, "body_sha256")}
            times = {"seen_at": witness["last_seen_at"], "replaced_at": known["last_seen_at"]}
            self.add_revision(place.article_id, {**earlier, **times})
        first_seen_at = min(known["first_seen_at"], witness["first_seen_at"])
        return self._see_again(place, known, {"first_seen_at": first_seen_at})

    def _see_again(self, place: Place, known: Witness, seen: Row) -> Placed:
        table, row_id = ("copies", place.copy_id) if place.copy_id else ("articles", place.article_id)
        self.rows.set(table, row_id, seen)
        if seen["first_seen_at"] != known["first_seen_at"]:
            # Who came first is part of the claim.
            self.unite([place.article_id])
        return Placed("unchanged", place.article_id)

    def related(self, witness: Witness, bands: Iterable[int]) -> list[int]:
        """The articles to whose witnesses this one is related, in the order of their ids."""
        original = witness["original_url"] or witness["url"]
        found = {
            article_id
            for (article_id,) in self.conn.execute(
                "SELECT id FROM articles WHERE text_sha256 = ?1 UNION"
                " SELECT article_id FROM copies WHERE text_sha256 = ?1 UNION"
                " SELECT id FROM articles WHERE url = ?2 UNION"
                " SELECT article_id FROM copies WHERE url = ?2 UNION"
                " SELECT id FROM articles WHERE original_url = ?2 UNION"
                " SELECT article_id FROM copies WHERE original_url = ?2",
                (witness["text_sha256"], original),
            )
        }
        for url in self.bands.candidates(bands):
            place = self.witnesses.find(url)
            if place is None or place.article_id in found:
                continue
            if is_copy(witness["title"], witness["body"], *self.witnesses.text(place)):
                found.add(place.article_id)
        return sorted(found)

    def unite(self, article_ids: Sequence[int], newcomer: Witness | None = None) -> int:
        """Make one article of several, and of a new witness: the first one's id, the best claim's text."""
        witnesses = [witness for article_id in article_ids for witness in self.witnesses.all(article_id)]
        kept, *others = article_ids
        for article_id in others:
            self._give_up(article_id, kept)
        self._settle(kept, [*witnesses, newcomer] if newcomer else witnesses)
        return kept

    def part(self, place: Place) -> None:
        """Take a copy out of the article that it is no copy of, and write it where it belongs."""
        witness = self.witnesses.read(place)
        self.witnesses.drop_copy(place)
        placed = self.place(witness, fingerprint(witness["title"], witness["body"])[1])
        self.conn.execute(
            "UPDATE pages SET article_id = ? WHERE url = ?", (placed.article_id, witness["url"])
        )

    def earlier(self, article_id: int) -> list[Witness]:
        """The earlier texts of an article, as far as they can tell whether another one is its copy."""
        rows = self.conn.execute("SELECT url, title, body FROM revisions WHERE article_id = ?", (article_id,))
        return [
            {
                **{"url": url, "original_url": None, "title": title, "body": body},
                "text_sha256": fingerprint(title, body)[0],
            }
            for url, title, body in rows
        ]

    def _settle(self, article_id: int, witnesses: Iterable[Witness]) -> None:
        """Make the witness with the best claim the article, and all others its copies."""
        article, *copies = sorted(witnesses, key=claim)
        self.witnesses.drop_copies(article_id)
        self.witnesses.write_article(article_id, article)
        for copy in copies:
            self.witnesses.write_copy(article_id, copy, article)

    def _rewrite(self, article_id: int, witness: Witness, bands: Sequence[int]) -> Placed:
        _, *copies = self.witnesses.all(article_id)
        # Its claim may be another one now, and how its copies differ from it.
        self._settle(article_id, [witness, *copies])
        related = self.related(witness, bands)
        self.bands.put(witness["url"], bands)
        if related != [article_id]:
            article_id = self.unite(sorted({article_id, *related}))
        return Placed("changed", article_id)

    def _placed(self, article_id: int, witness: Witness) -> Placed:
        place = self.witnesses.find(witness["url"])
        return Placed("changed" if place and place.copy_id is None else "copies", article_id)

    def _give_up(self, article_id: int, kept: int) -> None:
        """Let one article go into another: what hangs on it goes with it."""
        self.conn.execute("UPDATE pages SET article_id = ? WHERE article_id = ?", (kept, article_id))
        # Numbers that no revision has, until `_number_revisions` orders them all.
        self.conn.execute(
            "UPDATE revisions SET article_id = ?, revision = -id WHERE article_id = ?", (kept, article_id)
        )
        self.conn.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        self._number_revisions(kept)

    def add_revision(self, article_id: int, revision: Row) -> None:
        """Add an earlier text (the columns of ``revisions`` without its number), if it is a new one."""
        if self._is_revision(article_id, revision):
            return
        self.rows.insert("revisions", {"article_id": article_id, "revision": 0, **revision})
        self._number_revisions(article_id)

    def _is_revision(self, article_id: int, text: Row) -> bool:
        found = self.rows.one(
            "SELECT 1 FROM revisions"
            " WHERE article_id = ? AND url = ? AND body_sha256 = ? AND title = ? AND seen_at = ?",
            *(article_id, *(text[name] for name in ("url", "body_sha256", "title", "seen_at"))),
        )
        return found is not None

    def _revise(self, article_id: int, known: Witness, seen_at: str) -> None:
        earlier = {name: known[name] for name in ("url", *CONTENT, "body_sha256")}
        self.add_revision(article_id, {**earlier, "seen_at": known["last_seen_at"], "replaced_at": seen_at})

    def _number_revisions(self, article_id: int) -> None:
        """Number an article's earlier texts in the order of their time; the present one is the last."""
        ids = self.conn.execute(
            "SELECT id FROM revisions WHERE article_id = ? ORDER BY replaced_at, seen_at, url, id",
            (article_id,),
        ).fetchall()
        # Twice, so that no number is ever there two times.
        self.conn.executemany("UPDATE revisions SET revision = -id WHERE id = ?", ids)
        numbered = [(number, row_id) for number, (row_id,) in enumerate(ids, 1)]
        self.conn.executemany("UPDATE revisions SET revision = ? WHERE id = ?", numbered)
        self.rows.set("articles", article_id, {"revision": len(ids) + 1})
