"""A change of one dataset as the index takes it in: made in any process, written by one.

Reading a text takes far longer than writing it to the index, so that many processes may read for
one that writes; plain texts pass between them, not documents.
"""

import msgspec

from catalogue.boxes import Box
from catalogue.records import Entry
from catalogue.search.documents import Fields, Values, fields_of, is_findable
from catalogue.search.parts import PartFields, parts_of
from catalogue.search.thesaurus import Thesaurus


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a dataset and its parts; `fields` is None where the public may not find it, or
    no longer.
    """

    id: str
    fields: Fields | None = None
    parts: list[PartFields] = []


def change_of(
    entry: Entry, thesaurus: Thesaurus, values: Values | None = None, extent: Box | None = None
) -> Change:
    """Read an entry; `values` are distinct values of its columns, `extent` is where it lies."""
    if not is_findable(entry):
        return Change(id=entry.id)
    parts = parts_of(entry, values or {})
    fields = fields_of(entry, thesaurus, values, extent)
    return Change(id=entry.id, fields=fields, parts=parts)
