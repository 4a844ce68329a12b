"""The pages of one dataset: the same head and tabs around each, one blueprint a tab."""

from portal.pages.dataset import (
    chart,
    columns,
    contributions,
    data,
    map,
    quality,
    questions,
    row,
    version_feed,
    versions,
)

BLUEPRINTS = (
    data.blueprint,
    map.blueprint,
    chart.blueprint,
    columns.blueprint,
    contributions.blueprint,
    versions.blueprint,
    version_feed.blueprint,
    quality.blueprint,
    questions.blueprint,
    row.blueprint,
)
