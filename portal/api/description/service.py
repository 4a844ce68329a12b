"""Sources and their runs, accounts and tokens, and the service itself."""

from catalogue.records import Run
from portal.api import accounts, duplicates, publishing, shapes, sources
from portal.api.description.operation import (
    IN_LANGUAGE,
    JSON,
    LANG,
    Operation,
    choice,
    number,
    part,
    query,
)
from portal.api.health import Health

_SOURCE = part("source_id")

SOURCES = (
    Operation(
        id="sources_listed_get",
        path="/api/v1/sources",
        tag="sources",
        answers={JSON: shapes.SourceList},
        parameters=(LANG,),
    ),
    Operation(
        id="sources_show_get",
        path="/api/v1/sources/{source_id}",
        tag="sources",
        answers={JSON: shapes.SourceDetail},
        parameters=(_SOURCE, LANG),
    ),
    Operation(
        id="sources_runs_of_get",
        path="/api/v1/sources/{source_id}/runs",
        tag="sources",
        answers={JSON: shapes.RunList},
        parameters=(_SOURCE, number("limit", 1, sources.MAX_RUNS, 30), LANG),
    ),
    Operation(
        id="sources_run_get",
        path="/api/v1/runs/{run_id}",
        tag="sources",
        answers={JSON: Run},
        parameters=(part("run_id", type="integer"), LANG),
    ),
    Operation(
        id="sources_start_post",
        method="post",
        path="/api/v1/sources/{source_id}/run",
        tag="sources",
        answers={JSON: sources.Job},
        parameters=(_SOURCE, choice("trial", publishing.TRUE, "0"), LANG),
        status=202,
        needs="harvest",
    ),
    Operation(
        id="api_duplicates_listed_get",
        path="/api/v1/duplicates",
        tag="sources",
        answers={JSON: duplicates.Duplicates},
        parameters=(number("limit", 1, duplicates.MAX_PAIRS, 200), LANG),
    ),
    Operation(
        id="source_feeds_every_get",
        path="/{lang}/sources.atom",
        tag="sources",
        answers={"application/atom+xml": None},
        parameters=(IN_LANGUAGE,),
    ),
    Operation(
        id="source_feeds_of_source_get",
        path="/{lang}/sources/{source_id}.atom",
        tag="sources",
        answers={"application/atom+xml": None},
        parameters=(IN_LANGUAGE, _SOURCE),
    ),
)

ACCOUNTS = (
    Operation(
        id="accounts_me_get",
        path="/api/v1/me",
        tag="accounts",
        answers={JSON: accounts.Me},
        parameters=(LANG,),
    ),
    Operation(
        id="api_audit_as_csv_get",
        path="/api/v1/audit.csv",
        tag="accounts",
        answers={"text/csv": None},
        parameters=(query("actor"), query("deed"), query("subject"), LANG),
        needs="admin",
    ),
    Operation(
        id="api_audit_as_ndjson_get",
        path="/api/v1/audit.ndjson",
        tag="accounts",
        answers={"application/x-ndjson": None},
        parameters=(query("actor"), query("deed"), query("subject"), LANG),
        needs="admin",
    ),
    Operation(
        id="accounts_tokens_get",
        path="/api/v1/tokens",
        tag="accounts",
        answers={JSON: accounts.TokenList},
        parameters=(LANG,),
        needs="session",
    ),
    Operation(
        id="accounts_new_token_post",
        method="post",
        path="/api/v1/tokens",
        tag="accounts",
        answers={JSON: accounts.NewToken},
        parameters=(LANG,),
        body=accounts.TokenRequest,
        body_example={"label": "notebook", "scopes": ["sql"], "days": 30},
        status=201,
        needs="session",
    ),
    Operation(
        id="accounts_revoke_delete",
        method="delete",
        path="/api/v1/tokens/{token_id}",
        tag="accounts",
        answers={},
        parameters=(part("token_id", type="integer"), LANG),
        status=204,
        needs="session",
    ),
)

CKAN = tuple(
    Operation(
        id=f"ckan_{kind}",
        method=method,
        path=path,
        tag="ckan",
        answers={JSON: None},
        parameters=(part("action"),),
    )
    for kind, method, path in (
        ("read_get", "get", "/api/3/action/{action}"),
        ("ask_post", "post", "/api/3/action/{action}"),
        ("read_short_get", "get", "/api/action/{action}"),
        ("ask_short_post", "post", "/api/action/{action}"),
    )
)

SERVICE = (
    Operation(
        id="openapi",
        path="/api/v1/openapi.json",
        tag="service",
        answers={JSON: None},
        parameters=(LANG,),
    ),
    Operation(id="health_health_get", path="/healthz", tag="service", answers={JSON: Health}),
)
