"""Queries to begin with, each with its title in the reader's language."""

from flask_babel import gettext

from portal.context import services

_COUNT = """SELECT side, count(*) AS municipalities
FROM municipalities
GROUP BY side
ORDER BY municipalities DESC"""

_JOIN = """SELECT m.name_fr AS municipality, count(*) AS stations, sum(s.docks_counted) AS docks
FROM vlille_stations AS s
JOIN municipalities AS m ON m.code = s.municipality_code
GROUP BY m.name_fr
ORDER BY docks DESC"""

_BOTH_SIDES = """SELECT name, municipality_code, 'BE' AS country FROM rail_stations_be
UNION ALL BY NAME
SELECT name, municipality_code, 'FR' AS country FROM rail_stations_fr
ORDER BY name"""

_PINNED = """SELECT *
FROM "municipalities@1"
LIMIT 10"""


_PARAMETER = """SELECT name_fr, name_nl, population
FROM municipalities
WHERE population >= $least
ORDER BY population DESC"""

_EVERY_VERSION = """SELECT _version, count(*) AS municipalities
FROM "municipalities@all"
GROUP BY _version
ORDER BY _version"""


def examples() -> list[tuple[str, str]]:
    """Return title and SQL of the examples whose tables are there."""
    tables = {relation.table for relation in services().snapshot().relations}
    listed = [
        (gettext("Municipalities on each side"), _COUNT, {"municipalities"}),
        (
            gettext("Shared bikes by municipality: a join"),
            _JOIN,
            {"municipalities", "vlille_stations"},
        ),
        (
            gettext("Railway stations of both countries"),
            _BOTH_SIDES,
            {"rail_stations_be", "rail_stations_fr"},
        ),
        (gettext("A pinned version"), _PINNED, {"municipalities"}),
        (gettext("A query with a field to fill in"), _PARAMETER, {"municipalities"}),
        (gettext("Every version of a table"), _EVERY_VERSION, {"municipalities"}),
        (gettext("Every table"), "SHOW TABLES", set()),
    ]
    return [(title, sql) for title, sql, needed in listed if needed <= tables]
