"""What a client of CKAN sends: a mapping whose values may be texts, from an address, or JSON."""

import json
from typing import Any


class ActionError(Exception):
    """An answer in CKAN's own shape: its `__type`, its status and what is said."""

    def __init__(self, kind: str, status: int, said: dict[str, Any] | str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = status
        self.said = {"message": said} if isinstance(said, str) else said


def not_found() -> ActionError:
    """Return what CKAN says of what is not there."""
    return ActionError("Not Found Error", 404, "Not found")


def bad_search(message: str) -> ActionError:
    """Return what CKAN says of a search that it cannot read."""
    return ActionError("Search Query Error", 400, message)


class Asked:
    """The parameters of a call."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        """Return a text; lists of one, as ckanapi sends them, count as their one."""
        value = self.values.get(name, default)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        return value if isinstance(value, str) else default if value is None else str(value)

    def required(self, name: str) -> str:
        """Return a text that must be there."""
        found = self.text(name)
        if not found:
            raise ActionError("Validation Error", 409, {name: ["Missing value"]})
        return found

    def number(self, name: str, default: int, most: int) -> int:
        """Return a whole number, at most `most`."""
        text = self.text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and len(text) < 12):
            raise ActionError("Validation Error", 409, {name: ["Invalid integer"]})
        return min(int(text), most)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a truth value, however it is spelt."""
        text = self.text(name).casefold()
        return default if not text else text in ("true", "1", "yes", "on", "t")

    def names(self, name: str) -> list[str]:
        """Return a list of names, which an address carries as JSON."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                return [value] if value else []
        return [str(each) for each in value] if isinstance(value, list) else []
