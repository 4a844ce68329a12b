"""What changes in the description of a dataset, field by field."""

from typing import Any

import msgspec

from catalogue.records import Change, Dataset

_LONGEST = 400


def differences(before: Dataset, after: Dataset) -> list[Change]:
    """Return the fields that differ, by their path: `title.fr`, `distributions.r1.url`.

    The files of a dataset are told apart by their ids, wherever they stand in its list.
    """
    old, new = _flat(before), _flat(after)
    return [
        Change(field=path, before=old.get(path), after=new.get(path))
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    ]


def _flat(dataset: Dataset) -> dict[str, str]:
    body = msgspec.to_builtins(dataset)
    body["distributions"] = {one.pop("remote_id"): one for one in body["distributions"]}
    found: dict[str, str] = {}
    _gather(body, "", found)
    return found


def _gather(value: Any, path: str, found: dict[str, str]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _gather(item, f"{path}.{key}" if path else str(key), found)
    elif value is not None and value != []:
        is_text = isinstance(value, str)
        text = value if is_text else msgspec.json.encode(value, order="sorted").decode()
        found[path] = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
