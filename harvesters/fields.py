"""Reads a portal's record strictly: each key is used, listed as ignored, or signalled.

Values are popped while they are mapped; what nobody asked for in the end is what the portal began
to say without our noticing. See docs/strictness.md.
"""

from collections.abc import Container
from typing import Any

from catalogue.records import RunIssue
from harvesters import wording


class Fields:
    """The keys of one record not yet read, and the issues found in reading the others.

    A value of an unexpected type counts as absent and raises the issue `unexpected-value`.
    """

    def __init__(
        self, body: dict[str, Any], *, where: str = "", issues: list[RunIssue] | None = None
    ) -> None:
        self._left = dict(body)
        self._where = where
        self.issues: list[RunIssue] = [] if issues is None else issues

    def signal(self, code: str, severity: str = "warning", **params: Any) -> None:
        """Add an issue about this record, with its place if it has one."""
        where = {"where": self._where} if self._where else {}
        self.issues.append(RunIssue(code=code, severity=severity, params={**where, **params}))

    def take(self, name: str) -> Any:
        """Return a value as it is, or None."""
        return self._left.pop(name, None)

    def _typed(self, name: str, kind: type | tuple[type, ...]) -> Any:
        value = self.take(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) and kind is not bool:
            self.signal("unexpected-value", field=name, value=value)
            return None
        if not isinstance(value, kind):
            self.signal("unexpected-value", field=name, value=str(value)[:80])
            return None
        return value

    def text(self, name: str) -> str | None:
        """Return a stripped text; a number is taken as its digits."""
        value = self._typed(name, (str, int, float))
        return (str(value).strip() or None) if value is not None else None

    def texts(self, name: str, default_language: str) -> dict[str, str]:
        """Return a text in its languages (see `wording.texts`)."""
        return wording.texts(self._typed(name, (str, dict)), default_language)

    def items(self, name: str) -> list[Any]:
        """Return a list; a single value counts as a list of one."""
        value = self.take(name)
        if value is None or value == "":
            return []
        return value if isinstance(value, list) else [value]

    def words(self, name: str) -> list[str]:
        """Return the texts of a list, cleaned, without repeats."""
        found = []
        for item in self.items(name):
            if isinstance(item, str):
                found.append(wording.plain(item))
            else:
                self.signal("unexpected-value", field=name, value=str(item)[:80])
        return list(dict.fromkeys(word for word in found if word))

    def mapping(self, name: str) -> dict[str, Any]:
        """Return an object, empty where there is none."""
        return self._typed(name, dict) or {}

    def flag(self, name: str) -> bool | None:
        """Return a truth value, also from the words that portals put in its place."""
        value = self.take(name)
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value.strip().casefold())
        return value if isinstance(value, bool) else None

    def moment(self, name: str) -> str | None:
        """Return a date or moment (see `wording.moment`); raises the issue `bad-date`."""
        value = self.text(name)
        if value is None:
            return None
        found = wording.moment(value)
        if found is None:
            self.signal("bad-date", field=name, value=value[:80])
        return found

    def count(self, name: str) -> int | None:
        """Return a whole number that is not negative; raises the issue `bad-number`."""
        value = self.take(name)
        if value is None or value == "":
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.signal("bad-number", field=name, value=str(value)[:80])
            return None
        return value

    def link(self, name: str, base: str = "") -> str | None:
        """Return an absolute URL (see `wording.link`); raises the issue `bad-url`."""
        value = self.text(name)
        if value is None:
            return None
        found = wording.link(value, base)
        if found is None:
            self.signal("bad-url", field=name, value=value[:200])
        return found

    def unread(self, ignored: Container[str], prefixes: tuple[str, ...] = ()) -> None:
        """Signal the keys that nobody read and nobody chose to ignore (`unknown-keys`).

        Empty values say nothing, so they are no news.
        """
        keys = sorted(
            name
            for name, value in self._left.items()
            if name not in ignored
            and not name.startswith(prefixes)
            and value not in (None, "", [], {})
        )
        if keys:
            self.signal("unknown-keys", "info", keys=keys)
