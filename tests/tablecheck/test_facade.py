"""The package as others import it: cheap, complete, and standing alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tablecheck

PACKAGE = Path(tablecheck.__file__).parent


def test_importing_brings_no_slow_library() -> None:
    program = (
        "import sys, tablecheck; slow = {'frictionless', 'pandas', 'geopandas', 'pyarrow',"
        " 'pyogrio', 'shapely', 'numpy'} & set(sys.modules); sys.exit(', '.join(slow) or 0)"
    )
    found = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", program], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(PACKAGE.parent)},
    )  # fmt: skip
    assert found.returncode == 0, found.stderr


def test_every_name_of_the_facade_is_there() -> None:
    for name in tablecheck.__all__:
        assert getattr(tablecheck, name) is not None
    with pytest.raises(AttributeError):
        _ = tablecheck.nothing


def test_nothing_of_the_project_is_imported() -> None:
    rooms = {"catalogue", "harvesters", "sandbox", "portal", "tests", "schemas"}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {name.split(".")[0] for name in names} & rooms, path


def test_unknown_type_is_refused_with_the_list_of_types(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    with pytest.raises(tablecheck.UnknownTypeError) as raised:
        tablecheck.read(tmp_path / "a.csv", types={"a": "text"})
    assert "string" in raised.value.types


@pytest.mark.parametrize(("headers", "wanted"), [
    (["Nom de la commune", "Code INSEE"], ["nom_de_la_commune", "code_insee"]),
    (["Baroœul", "N°"], ["barooeul", "n"]),
    (["2024", "", "été"], ["c_2024", "column_2", "ete"]),
    (["nom", "Nom", "NOM"], ["nom", "nom_2", "nom_3"]),
    (["codeInsee", "日本"], ["code_insee", "column_2"]),
])  # fmt: skip
def test_identifiers_suit_any_database(headers: list[str], wanted: list[str]) -> None:
    assert tablecheck.column_identifiers(headers) == wanted


def test_long_identifiers_stay_unique_and_short() -> None:
    found = tablecheck.column_identifiers(["a" * 100, "a" * 100])
    assert len(set(found)) == 2
    assert all(len(name) <= 63 for name in found)
