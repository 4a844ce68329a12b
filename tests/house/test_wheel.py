"""The wheel does the first start in a clean environment, without node, outside the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
import requests

from portal.assets import BUILD
from tests.portal import running
from tests.portal.running import Platform

pytestmark = pytest.mark.skipif(
    not (BUILD / "manifest.json").is_file(), reason="the browser assets were not built"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(  # noqa: S603  # the standard build front end
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)],
        cwd=running.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_runs_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("catalogue/_starter/") for name in names)
    assert any(name.startswith("catalogue/_schemas/municipality/") for name in names)
    assert "portal/static/build/manifest.json" in names
    assert "portal/translations/nl/LC_MESSAGES/messages.mo" in names
    assert not [name for name in names if "node_modules" in name or name.startswith("tests/")]
    tops = {name.split("/")[0] for name in names if not name.endswith(".dist-info")}
    assert {top for top in tops if "dist-info" not in top} == {
        "catalogue",
        "harvesters",
        "portal",
        "sandbox",
        "tablecheck",
    }


def test_the_installed_wheel_does_the_first_start(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)  # what an installer does with a wheel of pure Python
    # The dependencies are borrowed from this environment; its editable install of us is not: a path
    # file inside a borrowed folder is not read.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    monkeypatch.setattr(running, "COMMAND", [str(python), "-m", "portal.cli"])
    monkeypatch.setattr(
        running,
        "environment",
        lambda: {"PATH": str(home / "bin"), "HOME": str(tmp_path), "LANG": "C.UTF-8"},
    )
    monkeypatch.chdir(tmp_path)
    where = subprocess.run(  # noqa: S603  # our own script
        [python, "-c", "import portal, tablecheck; print(portal.__file__, tablecheck.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert all(path.startswith(str(site)) for path in where.stdout.split())
    platform = Platform(tmp_path / "data")
    try:
        platform.wait_until_ready()
        answer = requests.get(f"{platform.url}/api/v1/datasets", timeout=10)
        assert answer.json()["count"] >= 10
        assert requests.get(f"{platform.url}/fr", timeout=10).status_code == 200
    finally:
        for pid in platform.pids():
            os.kill(pid, 9)
        platform.process.wait()
        platform.output()
