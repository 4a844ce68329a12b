"""The pages: one blueprint a file, listed here by hand.

LOCALISED ones stand under `/fr`, `/nl` and `/en`; ROOT ones send a reader to the language that
suits.
"""

from portal.pages import (
    about,
    api_guide,
    dataset,
    home,
    map_files,
    report,
    root,
    search,
    sign_in,
    sources,
    sql,
)

LOCALISED = (
    home.blueprint,
    search.blueprint,
    *dataset.BLUEPRINTS,
    report.blueprint,
    sources.blueprint,
    sql.blueprint,
    api_guide.blueprint,
    about.blueprint,
    sign_in.blueprint,
)
ROOT = (root.blueprint, map_files.blueprint)
