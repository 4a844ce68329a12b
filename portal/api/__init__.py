"""The JSON API, the downloads and the accounts: one blueprint a file, listed here by hand."""

from portal.api import (
    accounts,
    datasets,
    downloads,
    everywhere,
    health,
    openapi,
    results,
    rows,
    sources,
    sql,
    tables,
)

blueprints = (
    everywhere.blueprint,
    datasets.blueprint,
    results.blueprint,
    tables.blueprint,
    rows.blueprint,
    sources.blueprint,
    sql.blueprint,
    accounts.blueprint,
    openapi.blueprint,
    health.blueprint,
    downloads.blueprint,
)
