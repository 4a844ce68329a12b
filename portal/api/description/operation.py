"""One operation of the API as a record, and the parameters that several take.

No words here: `texts/{fr,nl,en}.toml` says what an operation and a parameter mean. A parameter
whose name alone does not tell it from others names its text in `words`.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from catalogue.records import LANGUAGES
from catalogue.search import FACETS
from catalogue.views import Operator

Parameter = dict[str, Any]

JSON = "application/json"
CSV = "text/csv"
GEOJSON = "application/geo+json"
SVG = "image/svg+xml"


class Operation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One method of one address. `answers` maps media types to a record, or to None where no
    record tells what is in it.

    `is_file_sent` asks for a form whose part `file` is a file. `needs` names in the texts who may
    call it; None is whoever comes. `others` are the further answers that are no error.
    """

    id: str
    method: str = "get"
    path: str
    tag: str
    answers: dict[str, Any]
    parameters: tuple[Parameter, ...] = ()
    body: Any = None
    body_example: Any = None
    is_file_sent: bool = False
    status: int = 200
    others: tuple[int, ...] = ()
    needs: str | None = None


def query(name: str, *, is_required: bool = False, **schema: Any) -> Parameter:
    """Return a parameter of the query string, a text unless `schema` says more."""
    return {
        "name": name,
        "in": "query",
        "required": is_required,
        "schema": {"type": "string", **schema},
    }


def number(
    name: str,
    minimum: int,
    maximum: int,
    default: int | None = None,
    *,
    is_required: bool = False,
) -> Parameter:
    """Return a whole number of the query string."""
    bounds: dict[str, Any] = {"type": "integer", "minimum": minimum, "maximum": maximum}
    if default is not None:
        bounds["default"] = default
    return query(name, is_required=is_required, **bounds)


def part(name: str, **schema: Any) -> Parameter:
    """Return a parameter that is a part of the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", **schema},
    }


def choice(name: str, allowed: Iterable[str], default: str | None = None) -> Parameter:
    """Return a parameter that takes one of some values."""
    given: dict[str, Any] = {} if default is None else {"default": default}
    return query(name, enum=[str(value) for value in allowed], **given)


def several(name: str, allowed: Iterable[str] = ()) -> Parameter:
    """Return a parameter that may be repeated: its values are alternatives."""
    values = [str(value) for value in allowed]
    items = {"type": "string", **({"enum": values} if values else {})}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": {"type": "array", "items": items},
        "explode": True,
    }


def paged(maximum: int, default: int, most_offset: int) -> tuple[Parameter, Parameter]:
    """Return `limit` and `offset`."""
    return number("limit", 0, maximum, default), number("offset", 0, most_offset, 0)


def form(*allowed: str) -> Parameter:
    """Return the ending of an address, which chooses the format."""
    return part("format", enum=list(allowed))


LANG = choice("lang", LANGUAGES)
IN_LANGUAGE = part("lang", enum=list(LANGUAGES))
EXCEL = choice("excel", ("fr", "nl"))
PAGE = number("page", 1, 500, 1)
DATASET = part("dataset_id")
TABLE_OF_DATASET = query("table")
VERSION_OF_DATASET = number("version", 1, 1_000_000_000)
OPERATORS = tuple(one.value for one in Operator)
VIEW: tuple[Parameter, ...] = (
    {
        "name": "conditions",
        "in": "query",
        "required": False,
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "style": "form",
        "explode": True,
    },
    {**query("sort"), "words": "rows.sort"},
    choice("desc", ("0", "1"), "0"),
    query("bbox"),
)


def facets(sides: Iterable[str]) -> tuple[Parameter, ...]:
    """Return what narrows a search for datasets."""
    allowed = {"side": list(sides)}
    return tuple(several(name, allowed.get(name, ())) for name in FACETS)
