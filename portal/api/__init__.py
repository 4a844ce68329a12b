"""The JSON API, the downloads and the accounts: one blueprint a file, listed here by hand."""

from portal.api import (
    accounts,
    check,
    cited_answers,
    datasets,
    differences,
    downloads,
    everywhere,
    forum,
    health,
    openapi,
    own_themes,
    players,
    queries,
    requests,
    results,
    rows,
    schemas,
    sources,
    sql,
    tables,
)

blueprints = (
    everywhere.blueprint,
    datasets.blueprint,
    results.blueprint,
    requests.blueprint,
    tables.blueprint,
    rows.blueprint,
    sources.blueprint,
    sql.blueprint,
    queries.blueprint,
    cited_answers.blueprint,
    accounts.blueprint,
    openapi.blueprint,
    health.blueprint,
    differences.blueprint,
    downloads.blueprint,
    players.blueprint,
    forum.blueprint,
    own_themes.blueprint,
    schemas.blueprint,
    check.blueprint,
)
# These stand beside their pages too, in the language of the address.
localised = (players.blueprint, forum.blueprint, own_themes.blueprint, schemas.blueprint)
