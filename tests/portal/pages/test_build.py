"""The front end as built: small, hashed, precompressed, licensed, locked without an address."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from portal import assets

FRONTEND = Path(assets.__file__).parent / "frontend"
BUDGET_BYTES = {"app.js": 15_000, "site.css": 15_000, "sql.js": 130_000, "icons.svg": 15_000}


@pytest.mark.parametrize(("name", "budget"), BUDGET_BYTES.items())
def test_asset_keeps_its_budget(name: str, budget: int) -> None:
    packed = assets.BUILD / f"{assets.manifest()[name]}.br"
    assert packed.stat().st_size <= budget


def test_map_keeps_its_budget_once_it_comes_alive() -> None:
    names = ("map.js", "draw.js", "maplibre-worker.js", "maplibre.css")
    sizes = [(assets.BUILD / f"{assets.manifest()[name]}.br").stat().st_size for name in names]
    assert sizes[0] <= 1_000  # what every page with a map loads
    assert sum(sizes) <= 380_000


def test_licences_of_what_is_shipped_stand_beside_it() -> None:
    text = (assets.BUILD / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    for name in ("@codemirror/view", "lucide-static", "maplibre-gl", "atkinson-hyperlegible-next"):
        assert name in text
    assert "axe-core" not in text


def test_lock_holds_hashes_and_no_address() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert all(entry["integrity"].startswith("sha512-") for entry in packages)
    # Where money may be sent stands there too; where the files come from does not.
    assert not any("resolved" in entry for entry in packages)
    assert "://" not in json.dumps([{**entry, "funding": None} for entry in packages])
    wanted = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    versions = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert all(version[0].isdigit() for version in versions.values())


def test_every_icon_in_a_template_is_in_the_sprite() -> None:
    sprite = (assets.BUILD / assets.manifest()["icons.svg"]).read_text(encoding="utf-8")
    listed = (FRONTEND / "src" / "icons.txt").read_text(encoding="utf-8").splitlines()
    for name in listed:
        if name and not name.startswith("#"):
            assert f'id="{name}"' in sprite


def test_missing_assets_are_one_clear_error(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from portal import assets; "
        f"assets.BUILD = Path({str(tmp_path)!r})\n"
        "try: assets.manifest()\n"
        "except assets.AssetsMissing as error: print(error.code, error)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # our own
    assert done.stdout.startswith("assets-missing the browser assets were not built")
