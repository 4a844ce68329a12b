"""Every route of the API as OpenAPI tells it: parameters, bodies, answers, rights."""

from typing import Any

import msgspec

from catalogue.records import Run, Side
from catalogue.search import FACETS, SORTS
from catalogue.views import Operator
from portal.api import accounts, datasets, differences, rows, shapes, sources, sql, tables
from portal.api.health import Health

Parameter = dict[str, Any]


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One method of one address. `answers` maps media types to a record, or to None where it is
    bytes.

    `needs` is the role, with the scope that lets a token in; None for whoever comes.
    """

    method: str
    path: str
    view: Any
    tag: str
    answers: dict[str, Any]
    query: tuple[Parameter, ...] = ()
    body: Any = None
    status: int = 200
    needs: str | None = None


def _query(name: str, description: str, *, is_required: bool = False, **schema: Any) -> Parameter:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": is_required,
        "schema": schema or {"type": "string"},
    }


def _number(
    name: str, description: str, default: int | None, minimum: int, maximum: int
) -> Parameter:
    bounds: dict[str, Any] = {"type": "integer", "minimum": minimum, "maximum": maximum}
    if default is not None:
        bounds["default"] = default
    return _query(name, description, **bounds)


LANG = _query(
    "lang",
    "The language of texts and messages; else Accept-Language decides.",
    type="string",
    enum=["fr", "nl", "en"],
)
_JSON = "application/json"
_FORMAT = _query("format", "The format of the answer.", type="string", enum=list(sql.FORMATS))
_EXCEL = _query("excel", "A CSV that opens right in this Excel.", type="string", enum=["fr", "nl"])
_ROWS = _number("limit", "Cut the answer after so many rows.", None, 1, sql.MAX_LIMIT)
_SQL_ANSWERS: dict[str, Any] = {
    _JSON: sql.SqlAnswer,
    "text/csv": None,
    "application/x-ndjson": None,
    "application/vnd.apache.arrow.stream": None,
    "application/vnd.apache.parquet": None,
    "application/geo+json": None,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": None,
}


_COMPARISONS = ", ".join(one.value for one in Operator)
VIEW: tuple[Parameter, ...] = (
    {
        "name": "conditions",
        "in": "query",
        "description": (
            "Conditions on columns, each a parameter `<column>__<comparison>=<value>`, such as "
            f"`docks__gte=20`; comparisons: {_COMPARISONS}. The same one twice means either value; "
            "different ones all hold."
        ),
        "required": False,
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "style": "form",
        "explode": True,
    },
    _query("sort", "The column that the rows are sorted by; else they lie as in the file."),
    _query("desc", "1 turns the order round.", type="string", enum=["0", "1"]),
    _query("bbox", "West, south, east, north in degrees: only rows in this area."),
)


def _page(maximum: int, default: int, most_offset: int) -> tuple[Parameter, Parameter]:
    return (
        _number("limit", "How many at most.", default, 0, maximum),
        _number("offset", "How many to leave out.", 0, 0, most_offset),
    )


_CHOICES = {"side": {"enum": [side.value for side in Side]}}
_FACETS = tuple(
    {
        **_query(name, f"Only this {name}; repeat for alternatives."),
        "schema": {"type": "array", "items": {"type": "string", **_CHOICES.get(name, {})}},
        "explode": True,
    }
    for name in FACETS
)

ROUTES = (
    Route(
        method="get",
        path="/api/v1/datasets",
        view=datasets.search,
        tag="datasets",
        answers={_JSON: shapes.DatasetList},
        query=(
            _query("q", "Plain words, in any of the three languages; never a syntax."),
            _query("bbox", "Only what meets this area: `west,south,east,north` in degrees."),
            *_page(datasets.MAX_LIMIT, 20, datasets.MAX_OFFSET),
            _query("sort", "The order.", type="string", enum=list(SORTS), default="relevance"),
            *_FACETS,
        ),
    ),
    Route(
        method="get",
        path="/api/v1/datasets/{dataset_id}",
        view=datasets.show,
        tag="datasets",
        answers={_JSON: shapes.DatasetDetail},
    ),
    Route(
        method="get",
        path="/api/v1/datasets/{dataset_id}/tables/{table}/versions",
        view=datasets.versions_of_table,
        tag="datasets",
        answers={_JSON: shapes.VersionList},
        query=_page(tables.MAX_VERSIONS_LIMIT, tables.VERSIONS_LIMIT, tables.MAX_OFFSET),
    ),
    Route(
        method="get",
        path="/api/v1/tables",
        view=tables.listed,
        tag="tables",
        answers={_JSON: shapes.TableList},
        query=_page(tables.MAX_LIMIT, tables.MAX_LIMIT, tables.MAX_OFFSET),
    ),
    Route(
        method="get",
        path="/api/v1/tables/{name}",
        view=tables.show,
        tag="tables",
        answers={_JSON: shapes.TableDetail},
    ),
    Route(
        method="get",
        path="/api/v1/tables/{name}/rows",
        view=rows.page,
        tag="tables",
        answers={_JSON: rows.RowList},
        query=(
            *VIEW,
            _number("version", "The version; else the current one.", None, 0, rows.MAX_NUMBER),
            _number("limit", "How many at most.", rows.LIMIT, 1, rows.MAX_LIMIT),
            _number("after", "The number of the last row seen.", 0, 0, rows.MAX_NUMBER),
        ),
    ),
    Route(
        method="get",
        path="/api/v1/tables/{name}/versions",
        view=tables.history,
        tag="tables",
        answers={_JSON: shapes.VersionList},
        query=_page(tables.MAX_VERSIONS_LIMIT, tables.VERSIONS_LIMIT, tables.MAX_OFFSET),
    ),
    Route(
        method="post",
        path="/api/v1/sql",
        view=sql.post,
        tag="sql",
        answers=_SQL_ANSWERS,
        query=(_FORMAT, _ROWS, _EXCEL),
        body=sql.SqlRequest,
    ),
    Route(
        method="get",
        path="/api/v1/sql",
        view=sql.get,
        tag="sql",
        answers=_SQL_ANSWERS,
        query=(
            _query("sql", "The statement.", is_required=True),
            _query("params", "The parameters of the statement as a JSON object."),
            _FORMAT,
            _ROWS,
            _EXCEL,
        ),
    ),
    Route(
        method="delete",
        path="/api/v1/sql/{query_id}",
        view=sql.cancel,
        tag="sql",
        answers={},
        status=204,
    ),
    Route(
        method="get",
        path="/api/v1/sources",
        view=sources.listed,
        tag="sources",
        answers={_JSON: shapes.SourceList},
    ),
    Route(
        method="get",
        path="/api/v1/sources/{source_id}",
        view=sources.show,
        tag="sources",
        answers={_JSON: shapes.SourceDetail},
    ),
    Route(
        method="get",
        path="/api/v1/sources/{source_id}/runs",
        view=sources.runs_of,
        tag="sources",
        answers={_JSON: shapes.RunList},
        query=(_number("limit", "How many at most.", 30, 1, sources.MAX_RUNS),),
    ),
    Route(
        method="post",
        path="/api/v1/sources/{source_id}/run",
        view=sources.start,
        tag="sources",
        answers={_JSON: sources.Job},
        status=202,
        needs="steward, or a token with the scope harvest",
    ),
    Route(
        method="get",
        path="/api/v1/runs/{run_id}",
        view=sources.run,
        tag="sources",
        answers={_JSON: Run},
    ),
    Route(
        method="get",
        path="/api/v1/me",
        view=accounts.me,
        tag="accounts",
        answers={_JSON: accounts.Me},
    ),
    Route(
        method="get",
        path="/api/v1/tokens",
        view=accounts.tokens,
        tag="accounts",
        answers={_JSON: accounts.TokenList},
        needs="viewer, signed in",
    ),
    Route(
        method="post",
        path="/api/v1/tokens",
        view=accounts.new_token,
        tag="accounts",
        answers={_JSON: accounts.NewToken},
        body=accounts.TokenRequest,
        status=201,
        needs="viewer, signed in",
    ),
    Route(
        method="delete",
        path="/api/v1/tokens/{token_id}",
        view=accounts.revoke,
        tag="accounts",
        answers={},
        status=204,
        needs="viewer, signed in",
    ),
    Route(
        method="get",
        path="/data/{name}.diff.csv",
        view=differences.download,
        tag="downloads",
        answers={"text/csv": None},
        query=(
            _query("from", "The older version.", is_required=True, type="integer", minimum=1),
            _query("to", "The newer version.", is_required=True, type="integer", minimum=1),
            _EXCEL,
        ),
    ),
    Route(method="get", path="/healthz", view=None, tag="health", answers={_JSON: Health}),
)
