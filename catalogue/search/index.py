"""The search index of the catalogue: derived from the store, written by one process, read by any.

`apply` takes the entries that changed and the number of the last change, in one commit; `take` the
same where others have read them. `sequence` says how far the index is, so that its owner asks the
store for what came after. `search` answers words, facets and counts, all counted by tantivy over
fast fields.
"""

import itertools
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import tantivy

from catalogue.boxes import Box
from catalogue.errors import StoreError
from catalogue.folding import words
from catalogue.records import LANGUAGES, Entry
from catalogue.search import documents, parts
from catalogue.search.changes import Change, change_of
from catalogue.search.fields import SIDES, STATE, schema
from catalogue.search.folder import open_folder
from catalogue.search.reading import Group, read, understood
from catalogue.search.records import FACETS, Hit, Hits, Query
from catalogue.search.scoring import Scoring
from catalogue.search.spelling import did_you_mean
from catalogue.search.thesaurus import Thesaurus, load

_WRITER_BYTES = 64_000_000
_MOST_VALUES = 10_000
# So few hits that a reader looks for more: `deelfiets parking` means either, too.
_FEW = 5
_MOST_HITS = 1_000
_LONGEST_TITLE = 1_000
_NOT_THERE = (0, 0)


class SearchIndex:
    """A search index in a folder, or in memory for None; safe to use from many threads."""

    def __init__(self, folder: Path | None = None, thesaurus: Thesaurus | None = None) -> None:
        self._folder = folder
        self._thesaurus = thesaurus or load()
        digest = self._thesaurus.digest
        self._index = open_folder(folder, digest) if folder else tantivy.Index(schema())
        self._scoring = Scoring(self._index.schema)
        self._writer: tantivy.IndexWriter | None = None
        self._lock = Lock()
        self._seen = self._stamp()
        self._index.config_reader("manual")
        self._index.reload()

    @property
    def words(self) -> str:
        """The digest of the thesaurus that the index is read by."""
        return self._thesaurus.digest

    @property
    def thesaurus(self) -> Thesaurus:
        """The thesaurus that the index is read by."""
        return self._thesaurus

    def become(self, other: "SearchIndex") -> None:
        """Answer from now on as another index does, which nobody else goes on using.

        Searches under way end with what they began with.
        """
        with self._lock, other._lock:
            self._folder, self._thesaurus = other._folder, other._thesaurus
            self._index, self._scoring = other._index, other._scoring
            self._writer, self._seen = other._writer, other._seen
            other._writer = None

    def close(self) -> None:
        """Give the writer's lock back."""
        with self._lock:
            if self._writer is not None:
                self._writer.rollback()
            self._writer = None

    def sequence(self) -> int:
        """Return the number of the last change that the index holds; 0 where it is empty."""
        return self._sequence(self._searcher())

    def _sequence(self, searcher: tantivy.Searcher) -> int:
        state = tantivy.Query.term_query(self._index.schema, "kind", STATE, "basic")
        held = [
            searcher.doc(a).get_first("sequence") for _, a in searcher.search(state, limit=4).hits
        ]
        return max((int(number) for number in held if number is not None), default=0)

    def apply(
        self,
        entries: Iterable[Entry],
        removed: Iterable[str],
        sequence: int,
        samples: Mapping[str, documents.Values] | None = None,
        extents: Mapping[str, Box | None] | None = None,
    ) -> None:
        """Take in changed entries and forget removed ones, in one commit; doing it twice is one.

        What the public may not find is forgotten. `samples` holds distinct values by column for
        some of the entries, `extents` where they lie. Raises as `take` does.
        """
        known, lying = samples or {}, extents or {}
        read = (change_of(e, self._thesaurus, known.get(e.id), lying.get(e.id)) for e in entries)
        self.take(itertools.chain(read, (Change(id=gone) for gone in removed)), sequence)

    def take(self, changes: Iterable[Change], sequence: int) -> None:
        """Take in changes that were read already, in one commit; doing it twice is one.

        A fault among the changes leaves the index as it was. Raises StoreError `search_index_busy`
        where another process writes this index.
        """
        with self._lock:
            writer = self._open_writer()
            try:
                for change in changes:
                    writer.delete_documents_by_term("id", change.id)
                    if change.fields is not None:
                        writer.add_document(documents.document(change.id, change.fields))
                        for part in change.parts:
                            writer.add_document(parts.document(change.id, part))
                held = self._sequence(self._index.searcher())
                writer.delete_documents_by_term("kind", STATE)
                writer.add_document(documents.state(max(sequence, held)))
                _commit(writer)
            except BaseException:
                writer.rollback()
                raise
            self._index.reload()
            self._seen = self._stamp()

    def settle(self) -> None:
        """Wait until what was written in many commits is brought together, and close."""
        with self._lock:
            if self._writer is not None:
                self._writer.wait_merging_threads()
            self._writer = None

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            try:
                self._writer = self._index.writer(_WRITER_BYTES, 1)
            except ValueError as fault:
                if "LockBusy" in str(fault):
                    raise StoreError("search_index_busy") from fault
                raise StoreError("search_index_unusable", reason="damaged") from fault
        return self._writer

    def _stamp(self) -> tuple[int, int]:
        """Return what changes with every commit, whoever makes it: each replaces the file."""
        if self._folder is None:
            return _NOT_THERE
        try:
            stat = (self._folder / "meta.json").stat()
        except OSError:
            return _NOT_THERE
        return (stat.st_ino, stat.st_mtime_ns)

    def _searcher(self) -> tantivy.Searcher:
        """Return a searcher that sees the last commit, that of another process too."""
        if self._writer is None and (stamp := self._stamp()) not in (self._seen, _NOT_THERE):
            self._index.reload()
            self._seen = stamp
        return self._index.searcher()

    def search(self, query: Query) -> Hits:
        """Find datasets; whatever the text, it is words and never a fault."""
        searcher = self._searcher()
        thesaurus = self._thesaurus  # another may take its place meanwhile
        groups = read(
            query.q,
            thesaurus,
            lambda word: self._scoring.is_known(searcher, word),
            query.lang,
        )
        asked, is_widened = self._asked(searcher, groups, query)
        count, results = self._results(searcher, asked, query, bool(groups))
        return Hits(
            count=count,
            results=results,
            facets=self._facets(searcher, asked, query),
            understood=understood(groups, thesaurus),
            did_you_mean=did_you_mean(searcher, self._scoring, groups, query),
            is_widened=is_widened and count > 0,
        )

    def find_parts(self, kind: str, text: str, *, limit: int, offset: int = 0) -> parts.Parts:
        """Find columns or values that hold every word of a text; where none does, those that hold
        words much like them.
        """
        asked = parts.query(self._index.schema, kind, text)
        if asked is None:
            return parts.Parts(count=0, results=[])
        searcher = self._searcher()
        most = max(1, min(limit, _MOST_HITS))
        found = searcher.search(asked, limit=most, offset=offset)
        if not _total(found):
            asked = parts.query(self._index.schema, kind, text, has_slips=True) or asked
            found = searcher.search(asked, limit=most, offset=offset)
        held: list[Any] = [searcher.doc(a).get_first(parts.HELD) for _, a in found.hits[:limit]]
        results = [msgspec.json.decode(bytes(one), type=parts.Part) for one in held]
        return parts.Parts(count=_total(found), results=results)

    def _asked(
        self, searcher: tantivy.Searcher, groups: list[Group], query: Query
    ) -> tuple[tantivy.Query, bool]:
        """Return the query of all words; where few meet it, that of some after them, and True."""
        if not groups:
            return self._scoring.everything, False
        language = query.lang if query.lang in LANGUAGES else "en"
        typed = " ".join(words(query.q[:_LONGEST_TITLE]))
        every = self._scoring.words(groups, typed, language)
        if len(groups) == 1 or _count(searcher, every) >= _FEW:
            return every, False
        total = _count(searcher, self._scoring.everything)
        weighted = [
            (g, math.log(1 + total / (1 + _count(searcher, self._scoring.group(g, language)))))
            for g in groups
        ]
        return self._scoring.some_words(weighted, language, first=every), True

    def _results(
        self, searcher: tantivy.Searcher, asked: tantivy.Query, query: Query, has_words: bool
    ) -> tuple[int, list[Hit]]:
        narrowed = self._scoring.filtered(asked, query)
        limit = max(0, min(query.limit, _MOST_HITS))
        options = {
            "limit": max(1, limit),
            "offset": max(0, query.offset),
            **_order(query, has_words),
        }
        found = searcher.search(narrowed, **options)
        by_score = "weight_by_field" in options
        results = [
            _hit(searcher.doc(address), float(key) if by_score else 0.0)
            for key, address in found.hits[:limit]
        ]
        return _total(found), results

    def _facets(
        self, searcher: tantivy.Searcher, asked: tantivy.Query, query: Query
    ) -> dict[str, dict[str, int]]:
        """Count every facet: the open ones in one pass, each other without its own choice."""
        open_facets = [facet for facet in FACETS if not query.chosen(facet)]
        counted = _counts(searcher, self._scoring.filtered(asked, query), open_facets)
        for facet in FACETS:
            if facet not in counted:
                widened = self._scoring.filtered(asked, query, without=facet)
                counted |= _counts(searcher, widened, [facet])
        return {facet: counted[facet] for facet in FACETS}


def _hit(found: tantivy.Document, score: float) -> Hit:
    sides: list[Any] = [found.get_first(side) for side in SIDES]
    extent = None if None in sides else Box(*(float(side) for side in sides))
    return Hit(id=found["id"][0], score=score, extent=extent)


def _commit(writer: tantivy.IndexWriter) -> None:
    try:
        writer.commit()
    except ValueError as fault:
        raise StoreError("search_index_unusable", reason="not written") from fault


def _order(query: Query, has_words: bool) -> dict[str, Any]:
    if query.sort == "title":
        language = query.lang if query.lang in LANGUAGES else "en"
        return {"order_by_field": f"sort_{language}", "order": tantivy.Order.Asc}
    if query.sort == "updated" or not has_words:
        return {"order_by_field": "updated", "order": tantivy.Order.Desc}
    return {"weight_by_field": "prior"}


def _count(searcher: tantivy.Searcher, asked: tantivy.Query) -> int:
    return _total(searcher.search(asked, limit=1))


def _total(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # missing in tantivy's stubs


def _counts(
    searcher: tantivy.Searcher, asked: tantivy.Query, facets: list[str]
) -> dict[str, dict[str, int]]:
    if not facets:
        return {}
    wanted = {facet: {"terms": {"field": facet, "size": _MOST_VALUES}} for facet in facets}
    found = searcher.aggregate(asked, wanted)
    return {
        facet: {bucket["key"]: bucket["doc_count"] for bucket in found[facet]["buckets"]}
        for facet in facets
    }
