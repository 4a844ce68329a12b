"""Names of tables in SQL: `stations`, `"stations@3"`, `"stations@2026-03-01"`.

The supervisor resolves them, on what the caller may see. A date means the version in force at the
end of that day in the time zone of the territory.
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

    def find(self, name: str) -> Relation:
        """Find the version that a name means; raise Refused or UnknownName (without a place)."""
        table, at, pin = name.partition("@")
        if not NAME.fullmatch(table):
            if LOOKS_LIKE_FILE.search(name):
                raise Refused("file_refused", {"name": name[:100]})
            raise self._unknown("unknown_table", name, table)
        versions = self._versions.get(table)
        if versions is None:
            raise self._unknown("unknown_table", name, table)
        if not at:
            return versions[-1]
        if VERSION.fullmatch(pin):
            found = next((each for each in versions if each.version == int(pin)), None)
        elif DATE.fullmatch(pin):
            found = _in_force(versions, pin)
        else:
            found = None
        if found is None:
            known = tuple(f"{table}@{each.version}" for each in versions[-3:])
            raise UnknownName("unknown_version", {"table": table, "version": pin}, candidates=known)
        return found

    def _unknown(self, code: str, name: str, table: str) -> UnknownName:
        near = difflib.get_close_matches(table, self._versions, n=3, cutoff=0.6)
        return UnknownName(code, {"name": name[:100]}, candidates=tuple(near))


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
