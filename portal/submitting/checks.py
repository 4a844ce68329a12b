"""What the check says of a file on its way: made where it is not at hand, and kept for a while."""

import hashlib
import time

import msgspec
from flask import current_app

from catalogue.store.submissions import Record
from portal.checking import KEPT_S, Checked, CheckedTable, checks
from portal.context import services
from portal.errors import Refusal
from portal.submitting.intake import MAX_BYTES

_EXTENSION = "eurometropolis-submission-checks"
_MOST_KNOWN = 1_000
_LEAST_LEFT_S = 300.0


def reading(record: Record) -> tuple[str, Checked]:
    """Return the check of a file under the schema and types that its steward wants, and the name
    under which it is kept. Raises what `Rooms.check` does.
    """
    known: dict[str, str] = current_app.extensions.setdefault(_EXTENSION, {})
    said = record.said
    facts = (record.raw_sha256, record.filename, said.schema, sorted(said.types.items()))
    key = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
    if (token := known.get(key)) is not None:
        try:
            found = checks().get(token)
        except Refusal:
            del known[key]
        else:
            if time.time() - found.created_at < KEPT_S - _LEAST_LEFT_S:
                return token, found
    with services().store.objects.raw_path(record.raw_sha256).open("rb") as stream:
        token = checks().check(
            stream, record.filename, said.schema, types=said.types, most_bytes=MAX_BYTES
        )
    while len(known) >= _MOST_KNOWN:
        known.pop(next(iter(known)), None)
    known[key] = token
    return token, checks().get(token)


def chosen_tables(record: Record, checked: Checked) -> list[tuple[int, CheckedTable]]:
    """Return the tables of a file that are to be published, with their numbers.

    Where nobody has chosen it is all that there is, or of several the one with the most rows.
    """
    numbered = list(enumerate(checked.tables))
    wanted = [pair for pair in numbered if pair[1].name in record.said.parts]
    if wanted or len(numbered) < 2:
        return wanted or numbered
    return [max(numbered, key=lambda pair: pair[1].report.row_count)]


def is_chosen(record: Record, checked: Checked) -> bool:
    """Tell whether somebody has said which tables of the file are taken, where there are several,
    and whether all of them are still in it.
    """
    names = {table.name for table in checked.tables}
    if not record.said.parts:
        return len(names) < 2
    return set(record.said.parts) <= names
