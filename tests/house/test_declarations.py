"""What is imported is declared, what is a setting is read, and every link leads somewhere."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import msgspec
import pytest

from portal.settings import SandboxSettings, Settings

ROOT = Path(__file__).parents[2]
ROOMS = ("catalogue", "harvesters", "validators/tablecheck", "sandbox", "portal")
OURS = {"catalogue", "harvesters", "tablecheck", "sandbox", "portal"}


def sources() -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return [path for path in found if "frontend" not in path.parts]


def imported() -> set[str]:
    names = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - OURS - set(sys.stdlib_module_names)


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {
        re.split(r"[\s\[<>=!~]", line)[0].lower().replace("_", "-")
        for line in project["dependencies"]
    }
    homes = packages_distributions()
    missing = {
        name: homes.get(name, ["?"])[0]
        for name in imported()
        if homes.get(name, ["?"])[0].lower().replace("_", "-") not in declared
    }
    assert missing == {}


@pytest.mark.parametrize("kind", [Settings, SandboxSettings])
def test_every_setting_is_read(kind: type[msgspec.Struct]) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    text += "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "portal/templates").rglob("*.html")
    )
    unread = [
        field.name
        for field in msgspec.structs.fields(kind)
        if not re.search(rf"\.{field.name}\b", text)
    ]
    assert unread == []


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], ids=lambda page: page.name
)
def test_every_link_of_the_documents_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    broken = [
        link for link in links if "://" not in link and not (page.parent / link).resolve().exists()
    ]
    assert broken == []
