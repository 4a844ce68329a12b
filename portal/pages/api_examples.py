"""What the page for developers fills in: the names of the table at hand, and of what is there."""

import json
import shlex
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from catalogue import players
from catalogue.own_themes import own_themes
from catalogue.records import Entry, Version
from catalogue.store import datasets, queries, runs, sources, versions
from portal.context import services
from portal.harmonising import SOURCE_ID as HARMONISED
from portal.i18n import reader_language

_UNKNOWN = "municipalities"
_WORDS = {"fr": "vélo", "nl": "fiets", "en": "bicycle"}


class AtHand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table that the examples are about; None where nothing is published yet."""

    entry: Entry
    version: Version


def at_hand(table: str) -> AtHand:
    """Return a table that has a version."""
    store = services().store
    entry = datasets.get(store, versions.dataset_of(store, table))
    return AtHand(entry=entry, version=versions.get(store, table, None))


def examples_of(found: AtHand | None) -> dict[str, str]:
    """Return a value for each part of a path and each required parameter, by its name."""
    store = services().store
    table = found.version.table if found else _UNKNOWN
    listed = sources.listed(store)
    source = listed[0].id if listed else "starter"
    newest = runs.of_source(store, source, limit=1)
    kept, _ = queries.listed(store, limit=1)
    harmonised = datasets.of_source(store, HARMONISED)
    there = players.players(store) if players.has_players(store) else []
    return {
        "lang": reader_language(),
        "dataset_id": found.entry.id if found else _UNKNOWN,
        "harmonised_id": harmonised[0].id if harmonised else "bike-share-stations",
        "table": table,
        "name": table,
        "file": f"{table}.csv",
        "column": found.version.columns[0].name if found else "code",
        "publisher_id": found.entry.dataset.publisher.id if found else "lille",
        "player_id": there[0].id if there else "barco",
        "theme_id": next(iter(own_themes())),
        "schema": "municipality",
        "source_id": source,
        "run_id": str(newest[0].id) if newest else "1",
        "token_id": "1",
        "query_id": "my-query-1",
        "kept_id": kept[0].id if kept else "abcdefghjkmn",
        "answer_id": "0123456789abcdef0123",
        "pack_id": "bike-share",
        "series_id": "vlille-simulated-v3",
        "rest": "station_status.json",
        "action": "package_list",
        "q": _WORDS[reader_language()],
        "sql": f"FROM {table} LIMIT 10",
        "from": str(max(1, found.version.n - 1) if found else 1),
        "to": str(found.version.n if found else 1),
        "limit": "3",
    }


def address_of(path: str, values: dict[str, str], pairs: list[tuple[str, str]]) -> str:
    """Return the address of an operation; a value never leaves its part of the path."""
    filled = path.format_map({name: quote(value, safe="@") for name, value in values.items()})
    query = urlencode(pairs, quote_via=quote)
    return f"{filled}?{query}" if query else filled


def curl_of(
    method: str, address: str, body: Any, *, token: bool, is_file_sent: bool = False
) -> str:
    """Return the command line that calls an address."""
    words = ["curl"]
    if is_file_sent:
        words += ["-F", "file=@stations.csv"]
    elif method == "POST" and body is None:
        words += ["-X", "POST"]
    if method in ("DELETE", "PUT"):
        words += ["-X", method]
    words.append(shlex.quote(address))
    lines = [" ".join(words)]
    if token:
        lines.append("-H 'Authorization: Bearer …'")
    if body is not None:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}")
    return " \\\n  ".join(lines)
