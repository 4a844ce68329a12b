"""Test data: packs, and feeds played again."""

from portal.api import packs, replay
from portal.api.description.operation import CSV, JSON, LANG, Operation, part, query, several
from sandbox.packs import Recipe

_PACK = part("pack_id")
_PIN = several("pin")

TEST_DATA = (
    Operation(
        id="api_packs_listed_get",
        path="/api/v1/packs",
        tag="test_data",
        answers={JSON: packs.PackList},
        parameters=(LANG,),
    ),
    Operation(
        id="api_packs_show_get",
        path="/api/v1/packs/{pack_id}",
        tag="test_data",
        answers={JSON: packs.PackDetail},
        parameters=(_PACK, _PIN, LANG),
    ),
    Operation(
        id="api_packs_make_post",
        method="post",
        path="/api/v1/packs",
        tag="test_data",
        answers={packs.ZIP: None},
        parameters=(LANG,),
        body=Recipe,
        body_example={
            "id": "lille-bikes",
            "seed": 1,
            "area": {"municipalities": ["59350"]},
            "tables": [{"table": "vlille_stations@1", "rows": 20}],
        },
        needs="sql",
    ),
    Operation(
        id="api_packs_download_get",
        path="/packs/{pack_id}.zip",
        tag="test_data",
        answers={packs.ZIP: None},
        parameters=(_PACK, _PIN, LANG),
        others=(206, 304),
    ),
    Operation(
        id="api_packs_checksum_get",
        path="/packs/{pack_id}.sha256",
        tag="test_data",
        answers={"text/plain": None},
        parameters=(_PACK, _PIN, LANG),
    ),
    Operation(
        id="api_replay_listed_get",
        path="/replay.json",
        tag="test_data",
        answers={JSON: replay.SeriesList},
        parameters=(LANG,),
    ),
    Operation(
        id="api_replay_play_get",
        path="/replay/{series_id}/{rest}",
        tag="test_data",
        answers={JSON: None, CSV: None},
        parameters=(
            part("series_id"),
            part("rest"),
            *(query(name) for name in ("at", "start", "from", "speed", "loop", "times")),
            *(query(name) for name in ("seed", "try", "errors", "limited", "stale", "truncated")),
            query("delay"),
        ),
    ),
)
