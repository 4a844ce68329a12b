"""The sample product of the documents with its own tests, against the platform as it runs."""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from portal.cli import main
from tests.portal.running import ROOT, serving

EXAMPLE = ROOT / "docs/examples/bike-availability"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("example") / "data"
    done = CliRunner().invoke(main, ["harvest", "starter", "--data", str(data)])
    assert done.exit_code == 0, done.output
    with serving(data) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def pack(site: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    content = requests.get(f"{site}/packs/bike-share.zip", timeout=60).content
    told = requests.get(f"{site}/packs/bike-share.sha256", timeout=60).text
    assert told.split()[0] == hashlib.sha256(content).hexdigest()
    (folder / "pack.zip").write_bytes(content)
    with zipfile.ZipFile(folder / "pack.zip") as archive:
        archive.extractall(folder)
    return folder


def run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603  # our own example
        [sys.executable, "-X", "dev", "-W", "error", *arguments],
        cwd=EXAMPLE,
        env={**os.environ, **settings, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_product_passes_its_own_tests(site: str, pack: Path) -> None:
    done = run("-m", "unittest", "-v", PLATFORM=site, PACK=str(pack))
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("... ok") >= 8


def test_the_product_answers_at_the_terminal(site: str) -> None:
    done = run(
        "bikes.py", f"{site}/replay/vlille-simulated-v3/at=09:00", "--near", "3.0706,50.6366"
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 5


def test_the_checksum_is_what_sha256sum_reads(site: str, tmp_path: Path) -> None:
    for name in ("bike-share.zip", "bike-share.sha256"):
        (tmp_path / name).write_bytes(requests.get(f"{site}/packs/{name}", timeout=60).content)
    check = ["sha256sum", "-c", "bike-share.sha256"]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "bike-share.zip: OK\n"
