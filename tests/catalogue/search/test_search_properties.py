"""What must hold of any text, any place and any catalogue."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.records import Entry, Publisher, Side
from catalogue.search import FACETS, Query, SearchIndex
from catalogue.search.documents import facet_values
from catalogue.territory import Name, Place, municipalities, names, places, resolve
from tests.catalogue.search.entries import entry, judged

TOWNS = municipalities()


@pytest.fixture(scope="module")
def judged_index() -> Iterator[SearchIndex]:
    made = SearchIndex(None)
    made.apply(judged(), [], 1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def towns_index() -> Iterator[SearchIndex]:
    """An index of one dataset a municipality by its code, and one by each of its names."""
    made = SearchIndex(None)
    coded = [entry(f"code-{t.code}", "Budget", spatial=[t.code]) for t in TOWNS]
    named = [
        entry(f"name-{n}", f"Budget 2026: {name.text}", publisher=Publisher(id="p", title={}))
        for n, name in enumerate(names())
        if name.kind in ("official", "exonym", "part")
    ]
    made.apply([*coded, *named], [], 1)
    yield made
    made.close()


def found(index: SearchIndex, text: str) -> set[str]:
    return {hit.id for hit in index.search(Query(q=text, lang="nl", limit=1000)).results}


ODD = st.sampled_from(
    ['a:b "x', "*", "AND", "OR NOT", "title:[a TO z]", "((", "\\", "🚲", "\0", "é" * 70, "vélo^99",
     "fiets~2", "/.*/", "-école", "+Kortrijk", "\ud800", "日本", "%s", "<script>", "l'", "à la"]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    text=st.lists(st.one_of(ODD, st.text(max_size=30)), max_size=6).map(" ".join),
    lang=st.sampled_from(["fr", "nl", "en", "xx", ""]),
    sort=st.sampled_from(["relevance", "updated", "title", "nonsense"]),
)
def test_any_text_is_words_and_never_a_fault(
    judged_index: SearchIndex, text: str, lang: str, sort: str
) -> None:
    hits = judged_index.search(Query(q=text, lang=lang, sort=sort))
    assert hits.count >= len(hits.results)


def test_a_very_long_text_is_answered_soon(judged_index: SearchIndex) -> None:
    for text in ("vélo " * 2_000, "x" * 10_000, "".join(map(chr, range(1, 10_000)))):
        assert judged_index.search(Query(q=text)).count <= len(judged())


@pytest.mark.parametrize("name", [n for n in names() if n.kind == "exonym"], ids=lambda n: n.text)
def test_an_exonym_finds_what_the_official_name_finds(towns_index: SearchIndex, name: Name) -> None:
    by_exonym = found(towns_index, name.text)
    assert f"code-{name.code}" in by_exonym
    for official in places()[name.code].title.values():
        by_name = found(towns_index, official)
        assert by_name <= by_exonym
        if len(resolve(name.text)) == len(resolve(official)):
            assert by_name == by_exonym


@given(town=st.sampled_from(TOWNS), upper=st.booleans())
@settings(max_examples=60, deadline=None)
def test_both_names_of_a_municipality_give_the_same_set(
    towns_index: SearchIndex, town: Place, upper: bool
) -> None:
    sets = [found(towns_index, title.upper() if upper else title) for title in town.title.values()]
    assert all(f"code-{town.code}" in each for each in sets)
    assert all(each == sets[0] for each in sets)


CATALOGUE = st.lists(
    st.builds(
        lambda title, side, publisher, themes, formats, licence, languages: {
            "title": title,
            "publisher": Publisher(id=publisher, title={"fr": publisher}, side=side),
            "themes": themes,
            "formats": formats,
            "licence": licence,
            "languages": languages,
        },
        title=st.sampled_from(["Vélos", "Écoles", "Arbres de Lille"]),
        side=st.sampled_from([*Side, None]),
        publisher=st.sampled_from(["a", "b", "c"]),
        themes=st.lists(st.sampled_from(["TRAN", "ENVI", "EDUC"]), max_size=2),
        formats=st.lists(st.sampled_from(["csv", "json", "XLSX"]), max_size=3),
        licence=st.sampled_from(["cc0-1.0", "etalab-2.0", None]),
        languages=st.lists(st.sampled_from(["fr", "nl"]), max_size=2),
    ),
    max_size=12,
)
CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "side": st.lists(st.sampled_from(["FR", "VLG", "EU"]), min_size=1, max_size=2).map(tuple),
        "theme": st.just(("TRAN", "EDUC")),
        "format": st.sampled_from([("csv",), ("json", "xlsx")]),
        "publisher": st.sampled_from([("a",), ("a", "c"), ("nobody",)]),
        "licence": st.just(("cc0-1.0",)),
        "language": st.just(("nl",)),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(catalogue=CATALOGUE, choices=CHOICES, text=st.sampled_from(["", "vélo", "Lille"]))
def test_facets_equal_a_brute_force_count(
    catalogue: list[dict[str, Any]], choices: dict[str, Any], text: str
) -> None:
    entries = [entry(f"d{n}", **values) for n, values in enumerate(catalogue)]
    index = SearchIndex(None)
    index.apply(entries, [], 1)
    matching = {hit.id for hit in index.search(Query(q=text, limit=100)).results}
    hits = index.search(Query(q=text, limit=100, **choices))

    def is_met(one: Entry, without: str) -> bool:
        return one.id in matching and all(
            set(facet_values(one)[facet]) & set(values)
            for facet, values in choices.items()
            if facet != without
        )

    assert {hit.id for hit in hits.results} == {e.id for e in entries if is_met(e, "")}
    for facet in FACETS:
        counted: dict[str, int] = {}
        for one in entries:
            if is_met(one, facet):
                for value in facet_values(one)[facet]:
                    counted[value] = counted.get(value, 0) + 1
        assert hits.facets[facet] == counted


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_any_order_of_changes_gives_what_one_build_gives(seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311 - not a secret
    state: dict[str, Entry] = {}
    index = SearchIndex(None)
    for step in range(8):
        one = entry(f"d{drawn.randint(0, 4)}", drawn.choice(["Vélos", "Écoles", "Gares"]))
        if drawn.random() < 0.3:
            index.apply([], [one.id], step)
            state.pop(one.id, None)
        else:
            for _ in range(drawn.randint(1, 2)):
                index.apply([one], [], step)
            state[one.id] = one
    built = SearchIndex(None)
    built.apply(state.values(), [], 99)
    for text in ("", "fiets", "école", "station"):
        assert found(index, text) == found(built, text)
    assert index.sequence() == 7
