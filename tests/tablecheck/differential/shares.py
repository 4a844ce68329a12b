"""How much the fast path proves by itself, so that nobody wins by always delegating.

Two measures, each with a floor: the files at hand that are meant to be right, and a column of right
and different texts for each type, as open data hold them. `LEFT_TO_FRICTIONLESS` names what is
known to be slow; it has no floor, and is told with the rest.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from tests.tablecheck.differential import corpus
from tests.tablecheck.differential.cells import column_case
from tests.tablecheck.differential.verdicts import Share, proven_cells

FILES_FLOOR = 0.98
COLUMN_FLOOR = 0.99
_ROWS = 400
_DAY = date(1990, 1, 1)
_MOMENT = datetime(2024, 1, 1)  # noqa: DTZ001 - the texts carry no time zone


class Column(msgspec.Struct, frozen=True):
    """Hold a field, and the text that its n-th cell has."""

    field: dict[str, Any]
    text: Callable[[int], str]

    @property
    def name(self) -> str:
        """Say the type and what is asked of it beyond."""
        more = {key: value for key, value in self.field.items() if key not in ("name", "type")}
        told = f" {json.dumps(more, ensure_ascii=False)}" if more else ""
        return f"{self.field['type']}{told}"


def _column(type_: str, text: Callable[[int], str], **more: Any) -> Column:
    return Column({"name": "f", "type": type_, **more}, text)


def _day(pattern: str) -> Callable[[int], str]:
    return lambda n: (_DAY + timedelta(days=17 * n)).strftime(pattern)


def _moment(pattern: str) -> Callable[[int], str]:
    return lambda n: (_MOMENT + timedelta(minutes=13 * n)).strftime(pattern)


def _point(n: int) -> str:
    return f"3.{n:05},50.{n:05}"


def _geojson(n: int) -> str:
    return f'{{"type": "Point", "coordinates": [3.{n:05}, 50.{n:05}]}}'


def _word(n: int) -> str:
    return f"Été {n}"


COLUMNS = (
    _column("string", _word),
    _column("string", _word, constraints={"required": True, "unique": True, "maxLength": 20}),
    _column("string", lambda n: f"AB{n:04}", constraints={"pattern": "[A-Z]{2}[0-9]{4}"}),
    _column("string", lambda n: f"{n:08x}-e89b-12d3-a456-426614174000", format="uuid"),
    _column("integer", str),
    _column("integer", str, constraints={"unique": True, "minimum": 0, "maximum": 1_000}),
    _column("integer", str, constraints={"exclusiveMinimum": -1, "exclusiveMaximum": 400}),
    _column("integer", str, missingValues=[{"value": "-9", "label": "unknown"}]),
    _column("number", lambda n: f"{n / 4}"),
    _column("number", lambda n: f"{n / 4}".replace(".", ","), decimalChar=","),
    _column("number", lambda n: f"{n} 000,5", decimalChar=",", groupChar=" "),
    _column("number", lambda n: f"-{n}.25", constraints={"minimum": -500}),
    _column("boolean", lambda n: ("true", "false")[n % 2]),
    _column("boolean", lambda n: ("oui", "non")[n % 2], trueValues=["oui"], falseValues=["non"]),
    _column("date", _day("%Y-%m-%d")),
    _column("date", _day("%d/%m/%Y"), format="%d/%m/%Y"),
    _column("date", _day("%Y%m%d"), format="%Y%m%d"),
    _column("date", _day("%Y-%m-%d"), constraints={"minimum": "1980-01-01"}),
    _column("datetime", _moment("%Y-%m-%dT%H:%M:%S")),
    _column("datetime", _moment("%Y-%m-%dT%H:%M:%SZ")),
    _column("datetime", _moment("%d/%m/%Y %H:%M"), format="%d/%m/%Y %H:%M"),
    _column("time", _moment("%H:%M:%S")),
    _column("time", _moment("%H:%M"), format="%H:%M"),
    _column("year", lambda n: str(1_700 + n)),
    _column("yearmonth", lambda n: f"{1_990 + n // 12}-{n % 12 + 1:02}"),
    _column("duration", lambda n: f"P{n + 1}DT{n % 24}H"),
    _column("geopoint", _point),
    _column("geojson", _geojson),
    _column("array", lambda n: f"[{n}, 1]"),
    _column("object", lambda n: f'{{"n": {n}}}'),
    _column("list", lambda n: f"{n},x"),
    _column("any", _word),
)

LEFT_TO_FRICTIONLESS = (
    _column("string", lambda n: f"x{n}", constraints={"pattern": "(?=.*x).*"}),
    _column("integer", lambda n: f"{n} %", bareNumber=False),
    _column("date", _day("%d %B %Y"), format="%d %B %Y"),
    _column("date", _day("%Y-%m-%d"), format="any"),
    _column("datetime", _moment("%Y-%m-%dT%H:%M:%S+0100"), format="%Y-%m-%dT%H:%M:%S%z"),
    _column("geopoint", lambda n: f"[{_point(n)}]", format="array"),
    _column("array", lambda n: f"[{n}]", constraints={"maxLength": 2}),
    _column("list", lambda n: f"{n};1", delimiter=";", itemType="integer"),
)


def share_of_files(*, max_bytes: int) -> Share:
    """Judge the files at hand but those meant to be wrong, and count the cells of all of them."""
    share = Share()
    for case in corpus.cases(first_seed=0, per_file=0, max_bytes=max_bytes):
        if not case.name.startswith("examples/invalid"):
            proven_cells(case, share)
    return share


def share_of_column(column: Column) -> Share:
    """Judge a column beside one of plain text, whose cells are not counted."""
    share = Share()
    texts = [column.text(number) for number in range(_ROWS)]
    proven_cells(column_case(column.field, texts), share)
    share.cells -= _ROWS
    return share


def below_floor(files: Share) -> Iterator[str]:
    """Name what the fast path proves less of than it must."""
    if files.proven < FILES_FLOOR:
        yield f"files at hand: {files.proven:.1%}, floor {FILES_FLOOR:.0%}"
    for column in COLUMNS:
        proven = share_of_column(column).proven
        if proven < COLUMN_FLOOR:
            yield f"{column.name}: {proven:.1%}, floor {COLUMN_FLOOR:.0%}"
