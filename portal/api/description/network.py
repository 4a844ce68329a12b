"""The network; who publishes, what visitors ask for; the schemas, and the check of a file."""

from catalogue.player_search import FACETS
from catalogue.records import Side
from catalogue.store.requests import ORDERS
from portal.api import check, forum, own_themes, players, schemas
from portal.api import requests as asked
from portal.api.description.operation import (
    CSV,
    EXCEL,
    GEOJSON,
    IN_LANGUAGE,
    JSON,
    LANG,
    Operation,
    choice,
    form,
    number,
    part,
    query,
    several,
)

_PLAYERS = tuple(several(name, Side if name == "side" else ()) for name in FACETS)
_TABULAR = form("json", "csv")

NETWORK = (
    Operation(
        id="players_get",
        path="/players.{format}",
        tag="network",
        answers={JSON: players.PlayerList, CSV: None, GEOJSON: None},
        parameters=(form("json", "csv", "geojson"), query("q"), *_PLAYERS, LANG),
    ),
    Operation(
        id="player_get",
        path="/players/{player_id}.{format}",
        tag="network",
        answers={JSON: players.PlayerDetail, CSV: None},
        parameters=(part("player_id"), _TABULAR, LANG),
    ),
    Operation(
        id="forum_get",
        path="/forum.{format}",
        tag="network",
        answers={JSON: forum.Forum, CSV: None},
        parameters=(_TABULAR, number("year", 0, 9999), LANG),
    ),
    Operation(
        id="theme_get",
        path="/themes/{theme_id}.{format}",
        tag="network",
        answers={JSON: own_themes.Theme, CSV: None},
        parameters=(part("theme_id"), _TABULAR, LANG),
    ),
    Operation(
        id="requests_get",
        path="/requests.{format}",
        tag="network",
        answers={JSON: asked.RequestList, CSV: None},
        parameters=(
            _TABULAR,
            choice("side", Side),
            query("theme"),
            choice("sort", ORDERS, "votes"),
            LANG,
        ),
    ),
)

PUBLISHERS = (
    Operation(
        id="publishers_get",
        path="/{lang}/publishers.{format}",
        tag="publishers",
        answers={JSON: None, CSV: None},
        parameters=(
            IN_LANGUAGE,
            _TABULAR,
            choice("sort", ("name", "datasets", "newest"), "name"),
            EXCEL,
        ),
    ),
    Operation(
        id="publisher_get",
        path="/{lang}/publishers/{publisher_id}.{format}",
        tag="publishers",
        answers={JSON: None, CSV: None},
        parameters=(IN_LANGUAGE, part("publisher_id"), _TABULAR, EXCEL),
    ),
)

SCHEMAS = (
    Operation(
        id="schemas_get",
        path="/schemas.{format}",
        tag="schemas",
        answers={JSON: schemas.SchemaList, CSV: None},
        parameters=(_TABULAR, LANG),
    ),
    Operation(
        id="schema_get",
        path="/schemas/{schema}.{format}",
        tag="schemas",
        answers={JSON: schemas.SchemaDetail, schemas.XLSX: None},
        parameters=(part("schema"), form("json", "xlsx"), LANG),
    ),
    Operation(
        id="table_schema_get",
        path="/schemas/{schema}/schema.json",
        tag="schemas",
        answers={JSON: None},
        parameters=(part("schema"), LANG),
    ),
    Operation(
        id="schema_example_get",
        path="/schemas/{schema}/example.csv",
        tag="schemas",
        answers={CSV: None},
        parameters=(part("schema"), LANG),
    ),
    Operation(
        id="check_post",
        method="post",
        path="/api/v1/check",
        tag="schemas",
        answers={JSON: check.CheckAnswer},
        parameters=(query("schema"), LANG),
        is_file_sent=True,
    ),
)
