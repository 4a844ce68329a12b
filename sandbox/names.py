"""Names of tables in SQL: `stations`, `"stations@3"`, `"stations@2026-03-01"`, `"stations@all"`.

The supervisor resolves them, on what the caller may see. A date means the version in force at the
end of that day in the time zone of the territory; `@all` every version, one below the other.
"""

import datetime
import difflib
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from catalogue.relations import Relation, Snapshot
from sandbox.errors import Refused, UnknownName

ZONE = ZoneInfo("Europe/Brussels")
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
VERSION = re.compile(r"[1-9][0-9]{0,8}")
ALL = "all"
Pins = dict[str, list[int]]  # name as the statement has it, in lower case -> versions
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LOOKS_LIKE_FILE = re.compile(r"[/\\:*]|\.[a-z0-9]+$|^-$")


class Names:
    """The tables of one snapshot, by name."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.generation = snapshot.generation
        self._versions: dict[str, list[Relation]] = {}
        for relation in snapshot.relations:
            self._versions.setdefault(relation.table, []).append(relation)
        for versions in self._versions.values():
            versions.sort(key=lambda relation: relation.version)

    def tables(self) -> list[str]:
        """List the tables, each once, in order."""
        return sorted(self._versions)

    def find(self, name: str, pins: Pins | None = None) -> list[Relation]:
        """Find the version that a name means, or all of them for `@all`, in order; raise Refused or
        UnknownName (without a place). `pins` say which versions some names mean for good.
        """
        if pins and name in pins:
            return self._pinned(name, pins[name])
        table, at, pin = name.partition("@")
        if not NAME.fullmatch(table):
            if LOOKS_LIKE_FILE.search(name):
                raise Refused("file_refused", {"name": name[:100]})
            raise self._unknown("unknown_table", name, table)
        versions = self._versions.get(table)
        if versions is None:
            raise self._unknown("unknown_table", name, table)
        if not at:
            return versions[-1:]
        if pin == ALL:
            return versions
        if VERSION.fullmatch(pin):
            found = next((each for each in versions if each.version == int(pin)), None)
        elif DATE.fullmatch(pin):
            found = _in_force(versions, pin)
        else:
            found = None
        if found is None:
            raise _unknown_version(table, pin, versions)
        return [found]

    def _pinned(self, name: str, numbers: list[int]) -> list[Relation]:
        table = name.partition("@")[0]
        versions = self._versions.get(table)
        if versions is None:
            raise self._unknown("unknown_table", name, table)
        found = {each.version: each for each in versions}
        for number in numbers:
            if number not in found:
                raise _unknown_version(table, str(number), versions)
        return [found[number] for number in numbers]

    def _unknown(self, code: str, name: str, table: str) -> UnknownName:
        near = difflib.get_close_matches(table, self._versions, n=3, cutoff=0.6)
        return UnknownName(code, {"name": name[:100]}, candidates=tuple(near))


def _unknown_version(table: str, pin: str, versions: list[Relation]) -> UnknownName:
    """Say which versions there are, and since when."""
    first = versions[0]
    params = {"table": table, "version": pin[:100], "known": _ranges(versions)}
    candidates = tuple(f"{table}@{each.version}" for each in versions[-3:])
    if _is_day(pin):
        since = _instant(first.created_at).astimezone(ZONE).date().isoformat()
        return UnknownName("version_too_early", params | {"since": since}, candidates=candidates)
    return UnknownName("unknown_version", params, candidates=candidates)


def _ranges(versions: list[Relation]) -> str:
    """Write the numbers of versions: `1–4, 6`."""
    parts: list[list[int]] = []
    for number in (each.version for each in versions):
        if parts and parts[-1][-1] == number - 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("–".join(map(str, part)) for part in parts)


def _is_day(text: str) -> bool:
    try:
        return bool(DATE.fullmatch(text)) and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _in_force(versions: Iterable[Relation], day: str) -> Relation | None:
    try:
        date = datetime.date.fromisoformat(day)
        end = datetime.datetime.combine(
            date + datetime.timedelta(days=1), datetime.time(), tzinfo=ZONE
        )
    except (ValueError, OverflowError):
        return None
    found = None
    for relation in versions:
        if _instant(relation.created_at) < end:
            found = relation
    return found


def _instant(text: str) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
