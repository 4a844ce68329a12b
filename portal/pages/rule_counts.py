"""How many errors each column has of each rule, with a few of the values that are wrong."""

import msgspec

import tablecheck
from portal.checking import CheckedTable
from portal.i18n import reader_language


class RuleCount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The errors of one rule in one column, over the whole file."""

    column: str | None
    """None is the table as a whole."""
    title: str | None
    """Of the column in the reader's language, where the schema gives it another name."""
    code: str
    words: str
    """The rule, and what the schema expects."""
    values: tuple[str, ...]
    """Different wrong values, those that stand first in the file."""
    count: int


def rule_counts(table: CheckedTable) -> list[RuleCount]:
    """Return the errors by column and rule, the most frequent first."""
    lang = reader_language()
    fields = {str(field.get("name")): field for field in table.schema.get("fields", [])}
    values = {(each.column, each.code): each.values for each in table.samples}
    counts = sorted(table.report.counts, key=lambda one: -one.count)
    made = []
    for one in counts:
        field = fields.get(one.column or "", {})
        title = str(field.get("labels", {}).get(lang) or field.get("title") or "")
        made.append(
            RuleCount(
                column=one.column,
                title=title if title and title != one.column else None,
                code=one.code,
                words=tablecheck.rule(one.code, lang, field or None),
                values=values.get((one.column, one.code), ()),
                count=one.count,
            )
        )
    return made


def picked_rule(table: CheckedTable, column: str | None, code: str | None) -> RuleCount | None:
    """Return the line that the reader picked; of a warning, which is not counted, what is known."""
    if code is None:
        return None
    for each in rule_counts(table):
        if each.code == code and each.column == column:
            return each
    words = tablecheck.rule(code, reader_language())
    return RuleCount(column=column, title=None, code=code, words=words, values=(), count=0)
