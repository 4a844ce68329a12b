"""What a harvester is: two functions, one that talks to a portal and one that does not.

`records(source, fetch)` does all the input and output: paging, stopping, noticing that a portal
lies. `parse(raw, source)` is pure: it turns one record of the portal into ours, so it can be tried
on any record ever seen, and one bad record cannot end a run. See docs/adding-a-harvester.md.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from catalogue.fetch import Download, Fetch, Validators
from catalogue.records import Dataset, Distribution, RunIssue, Source


class Raw(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record as the portal gave it.

    `remote_id` is the portal's own and stable. `origin` is where the record was read, for links
    relative to it. With a `problem`, what came is no record at all, and `body` may be empty.
    """

    remote_id: str
    body: dict[str, Any]
    origin: str = ""
    problem: RunIssue | None = None


class Parsed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record of ours, or None where there is none to have, and what a steward should know.

    Without a dataset, an issue of severity `error` says that the record is bad, and one of
    severity `info` that it was left out on purpose (private, federated, without data).
    """

    dataset: Dataset | None = None
    issues: list[RunIssue] = []


class Harvester(NamedTuple):
    """A protocol. `url_parameters` are the filters that a source's URL may carry.

    `records` raises FetchError where the portal cannot be read to its end; then nothing of the
    run may be taken for complete. `parse` raises nothing. Where a table is no file of the portal
    but is put together from its answers, `download` does it; what it writes depends on the data
    alone, not on the moment or the order in which they came. Where a portal gives only what is
    new, `extend` does it in its place, and gets the file of the last time, if it is still there.
    """

    records: Callable[[Source, Fetch], Iterator[Raw]]
    parse: Callable[[Raw, Source], Parsed]
    url_schemes: tuple[str, ...] = ("https", "http")
    url_parameters: frozenset[str] = frozenset()
    download: Callable[[Source, Distribution, Fetch, Path, Validators], Download] | None = None
    extend: (
        Callable[[Source, Distribution, Fetch, Path, Validators, Path | None], Download] | None
    ) = None
