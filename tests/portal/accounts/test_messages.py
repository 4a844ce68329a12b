"""Every code that is raised has its sentence, in each language with the same values."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.messages import catalogue, sentence
from sandbox.messages import MESSAGES

ROOT = Path(__file__).parents[3]
ROOMS = ("catalogue", "harvesters", "portal", "sandbox/packs", "sandbox/replay")
# What makes a code: errors and issues, and what the command line says.
RAISERS = re.compile(
    r"(\w+(Error|Fault|Unknown|Missing|Failed)|NotFound|Conflict|RunIssue|NotSignedIn|NotAllowed|CrossSite|TooManyTries"
    r"|Unfit|Refusal|say|fail|signal)"
)
CODE = re.compile(r"[a-z]+([-_][a-z]+)*")
BUILT = {
    *("progress-list", "progress-fetch", "progress-publish", "run-done", "run-failed"),
    *("run-dry-run", "connect-failed", "bad-certificate", "tls-failed", "assets-missing"),
    *("port-in-use", "count-drift", "path-refused", "check-invalid", "table-unknown-near"),
    *("timeout", "truncated", "unreachable", "serving", "published"),
}


def codes() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            if "frontend" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and (code := _code(node)):
                    yield code, f"{file.relative_to(ROOT)}:{node.lineno}"


def _code(call: ast.Call) -> str | None:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if not RAISERS.fullmatch(name):
        return None
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    for value in (*named, *call.args[:2]):
        for part in ast.walk(value):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                is_code = CODE.fullmatch(part.value) and not part.value.isalpha()
                return part.value if is_code else None
    return None


def test_codes_are_found_where_they_are_raised() -> None:
    assert {"dataset-unknown", "http-status", "parameter-unknown"} <= {code for code, _ in codes()}


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
def test_every_code_has_its_sentence(lang: str) -> None:
    known = catalogue(lang)
    missing = {f"{code} ({place})" for code, place in codes() if code not in known}
    assert not missing
    assert set(known) >= BUILT


def test_each_language_has_the_same_codes_with_the_same_values() -> None:
    french, dutch, english = (catalogue(lang) for lang in ("fr", "nl", "en"))
    assert set(french) == set(dutch) == set(english)
    for code, text in english.items():
        wanted = set(re.findall(r"{(\w+)}", text))
        assert set(re.findall(r"{(\w+)}", french[code])) == wanted, code
        assert set(re.findall(r"{(\w+)}", dutch[code])) == wanted, code


def test_no_code_is_in_two_catalogues() -> None:
    assert not set(catalogue("en")) & set(MESSAGES)


def test_a_value_that_is_not_given_leaves_no_hole() -> None:
    assert (
        sentence("http-status", {"url": "x", "status": 503}, "en") == "x answered with status 503."
    )
    assert sentence("bad-url", {"value": "x:"}, "nl") == "het adres x: is er geen."


def test_a_code_without_a_sentence_is_shown_as_it_is() -> None:
    assert "zzz" in sentence("zzz", {"a": "{b}"}, "en")
    assert "{b}" in sentence("table-unknown", {"table": "{b}"}, "fr")


@pytest.mark.parametrize(
    ("lang", "count", "said"),
    [
        ("en", 0, "0 faults in 1 row."),
        ("en", 1, "1 fault in 1 row."),
        ("fr", 0, "0 faute dans 1 ligne."),
        ("fr", 2, "2 fautes dans 1 ligne."),
        ("nl", 1, "1 fout in 1 rij."),
    ],
)
def test_a_count_has_its_singular(lang: str, count: int, said: str) -> None:
    text = sentence("check-invalid", {"file": "a.csv", "count": count, "rows": 1}, lang)
    assert text.endswith(said)
