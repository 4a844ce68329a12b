"""The pages: one blueprint a file, listed here by hand.

LOCALISED ones stand under `/fr`, `/nl` and `/en`; ROOT ones send a reader to the language that
suits, or have their language further on in their address.
"""

from portal.pages import (
    about,
    api_guide,
    check,
    citation_files,
    cited_answers,
    data_requests,
    dataset,
    embed,
    forum,
    home,
    map_files,
    own_themes,
    packs,
    player_corrections,
    players,
    privacy_decisions,
    publish,
    publishers,
    queries,
    replay,
    report,
    root,
    schemas,
    search,
    sign_in,
    sitemap,
    sources,
    sql,
)

LOCALISED = (
    home.blueprint,
    search.blueprint,
    data_requests.blueprint,
    privacy_decisions.blueprint,
    *dataset.BLUEPRINTS,
    report.blueprint,
    sources.blueprint,
    publishers.blueprint,
    players.blueprint,
    player_corrections.blueprint,
    forum.blueprint,
    own_themes.blueprint,
    schemas.blueprint,
    check.blueprint,
    sql.blueprint,
    queries.blueprint,
    cited_answers.blueprint,
    packs.blueprint,
    replay.blueprint,
    api_guide.blueprint,
    *publish.BLUEPRINTS,
    about.blueprint,
    sign_in.blueprint,
)
ROOT = (
    root.blueprint,
    map_files.blueprint,
    citation_files.blueprint,
    sitemap.blueprint,
    embed.blueprint,
)
