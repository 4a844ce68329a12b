"""`eurometropolis pack` on the starter data: two machines make the same bytes."""

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from tests.portal.running import COMMAND, environment

RECIPE = """
id = "lille"
seed = 7
[area]
municipalities = ["59350", "59512"]
[[tables]]
table = "vlille_stations"
rows = 20
where.docks_counted__gte = 15
"""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two data folders that harvested the same sources, each on its own."""
    folders = [tmp_path_factory.mktemp(name) / "data" for name in ("here", "elsewhere")]
    for folder in folders:
        done = CliRunner().invoke(main, ["harvest", "starter", "--data", str(folder)])
        assert done.exit_code == 0, done.output
    return folders


def pack(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["pack", *arguments], env={"LC_ALL": "C.UTF-8"})


def test_two_machines_make_the_same_bytes(machines: list[Path], tmp_path: Path) -> None:
    recipe = tmp_path / "lille.toml"
    recipe.write_text(RECIPE)
    settings = (
        {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "Asia/Kolkata", "LC_ALL": "fr_FR.UTF-8", "PYTHONHASHSEED": "2"},
    )
    made = []
    for data, setting in zip(machines, settings, strict=True):
        folder = tmp_path / setting["PYTHONHASHSEED"]
        folder.mkdir()
        for name in (str(recipe), "bike-share", "rail-stations", "digital-network"):
            subprocess.run(  # noqa: S603  # our own command
                [*COMMAND, "pack", "make", name, "--data", str(data)],
                env=environment() | setting,
                cwd=folder,
                check=True,
                capture_output=True,
            )
        made.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert len(made[0]) == 4
    assert made[0] == made[1]


def test_a_pack_is_made_verified_and_told_apart(machines: list[Path], tmp_path: Path) -> None:
    target, data = tmp_path / "p.zip", ("--data", str(machines[0]))
    done = pack("make", "bike-share", "-o", str(target), "--json", *data)
    told = json.loads(done.stdout)
    assert told["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert told["tables"]["vlille_stations"] == {"version": 1, "rows": 60}
    assert pack("verify", str(target), "--again", *data).exit_code == 0
    content = target.read_bytes()
    target.write_bytes(content.replace(b"in_service", b"in_servicE", 1))
    damaged = pack("verify", str(target), "--json", *data)
    assert damaged.exit_code == 1
    (issue,) = json.loads(damaged.stdout)["issues"]
    assert issue == {
        "code": "pack-file-changed",
        "params": {"path": "data/vlille_stations.csv"},
        "severity": "error",
    }


def test_a_recipe_with_a_mistake_ends_in_one_sentence(machines: list[Path], tmp_path: Path) -> None:
    recipe = tmp_path / "wrong.toml"
    recipe.write_text(RECIPE.replace("docks_counted__gte", "docks__gte"))
    done = pack("make", str(recipe), "--data", str(machines[0]))
    assert done.exit_code == 2
    assert done.stderr.startswith("There is no column “docks”.")
    assert "Traceback" not in done.output
    unknown = pack("make", "nothing", "--data", str(machines[0]))
    assert (unknown.exit_code, "bike-share" in unknown.stderr) == (2, True)
    assert os.listdir(tmp_path) == ["wrong.toml"]  # noqa: PTH208


def test_the_list_says_which_tables_are_missing(machines: list[Path], tmp_path: Path) -> None:
    here = json.loads(pack("list", "--json", "--data", str(machines[0])).stdout)
    assert {each["id"]: each["missing_tables"] for each in here} == {
        "bike-share": [],
        "digital-network": [],
        "rail-stations": [],
    }
    empty = pack("list", "--data", str(tmp_path / "empty"))
    assert "vlille_stations" in empty.stderr
