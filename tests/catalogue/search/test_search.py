"""Search over a judged catalogue: words of one language find what stands in another."""

from collections.abc import Iterator
from typing import Any

import pytest

from catalogue.search import Query, SearchIndex
from catalogue.search.thesaurus import load
from tests.catalogue.search.entries import entry, judged, table


@pytest.fixture(scope="module")
def index() -> Iterator[SearchIndex]:
    made = SearchIndex(None)
    made.apply(judged(), [], 1, {"codes": {"nis_code": ["57096", "34022"], "aantal": ["59512"]}})
    yield made
    made.close()


def found(index: SearchIndex, text: str, lang: str = "fr") -> list[str]:
    return [hit.id for hit in index.search(Query(q=text, lang=lang)).results]


def ranked(*titles: str) -> SearchIndex:
    made = SearchIndex(None)
    made.apply([entry(f"d{n}", title) for n, title in enumerate(titles)], [], 1)
    return made


BIKES = {"vlille", "fietsenstallingen", "arceaux"}


@pytest.mark.parametrize("text", ["fiets", "vélo", "velo", "VÉLOS", "bicycle", "bikes", "fietsen"])
@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
def test_bikes_are_found_whatever_the_language(index: SearchIndex, text: str, lang: str) -> None:
    assert set(found(index, text, lang)[:3]) == BIKES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("école", {"ecoles", "basisscholen"}),
        ("scholen", {"ecoles", "basisscholen"}),
        ("schools", {"ecoles", "basisscholen"}),
        ("arbre", {"arbres", "bomen"}),
        ("boom", {"arbres", "bomen"}),
        ("trees", {"arbres", "bomen"}),
        ("qualité de l’air", {"air", "luchtkwaliteit"}),
        ("air quality", {"air", "luchtkwaliteit"}),
        ("luchtvervuiling", {"air", "luchtkwaliteit"}),
        ("fietsenstalling", {"fietsenstallingen", "arceaux"}),
        ("bicycle parking", {"fietsenstallingen", "arceaux"}),
        ("stationnement vélo", {"fietsenstallingen", "arceaux"}),
        ("deelfietsen", {"vlille"}),
        ("fietsdeelsysteem", {"vlille"}),
        ("subsidies", {"subventions"}),
        ("subvention", {"subventions"}),
        ("gemeenteraad", {"conseil"}),
        ("treinstation", {"gares"}),
        ("déchets", {"menin"}),
    ],
)
def test_a_concept_is_found_in_every_language(
    index: SearchIndex, text: str, expected: set[str]
) -> None:
    hits = found(index, text)
    assert set(hits[: len(expected)]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fietsenstaling", "fietsenstallingen"),
        ("luchtkwalitiet", "luchtkwaliteit"),
        ("délibératoin", "conseil"),
        ("subvnetions", "subventions"),
        ("remarqauble", "arbres"),
        ("basischolen", "basisscholen"),
        ("elementiares", "ecoles"),
    ],
)
def test_a_slip_is_forgiven(index: SearchIndex, text: str, expected: str) -> None:
    assert found(index, text)[0] == expected


def test_a_slip_is_told() -> None:
    index = ranked("Arbres remarquables")
    assert index.search(Query(q="remarqauble")).did_you_mean == "remarquables"
    assert index.search(Query(q="remarquable")).did_you_mean is None


@pytest.mark.parametrize(
    ("text", "better", "expected"),
    [
        ("conseil comunal", "conseil communal", "conseil"),
        ("air qaulity", "air quality", "air"),
    ],
)
def test_a_slip_inside_a_phrase_is_mended_and_told(
    index: SearchIndex, text: str, better: str, expected: str
) -> None:
    hits = index.search(Query(q=text, lang="fr"))
    assert expected in {hit.id for hit in hits.results[:2]}
    assert hits.did_you_mean == better


def test_what_data_are_broken_down_by_ranks_and_need_not_be_met() -> None:
    index = ranked("Habitants", "Habitants et communes", "Communes")
    assert found(index, "habitants par commune") == ["d1", "d0", "d2"]


def test_a_column_that_speaks_of_everything_is_about_nothing() -> None:
    terms = [title for c in load().concepts.values() for title in c.title.values()]
    made = SearchIndex(None)
    held = {"list": {"term": terms[:150]}, "trees": {"genre": ["Arbre", "Haie"]}}
    made.apply([entry("list", "Liste de termes"), entry("trees", "Inventaire")], [], 1, held)
    assert found(made, "bomen", "nl") == ["trees"]


def test_a_dataset_of_one_place_comes_before_one_of_many() -> None:
    made = SearchIndex(None)
    made.apply(
        [
            entry("many", "Zones", spatial=["57081", "59350", "34022"]),
            entry("one", "Une liste plus longue de rues", spatial=["57081"]),
        ],
        [],
        1,
    )
    assert found(made, "Doornik") == ["one", "many"]


def test_a_misspelt_place_is_told(index: SearchIndex) -> None:
    hits = index.search(Query(q="vélo Courtai"))
    assert hits.did_you_mean == "vélo Courtrai"
    assert hits.results[0].id == "fietsenstallingen"


@pytest.mark.parametrize(
    "text", ["Kortrijk", "Courtrai", "KORTRIJK", "courtrai", "Kortijk", "Heule"]
)
def test_a_place_finds_coverage_names_and_codes(index: SearchIndex, text: str) -> None:
    assert set(found(index, text)) == {
        "fietsenstallingen", "bomen", "basisscholen", "luchtkwaliteit", "gares", "codes",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["Rijsel", "Lille", "lille"])
def test_lille_is_rijsel(index: SearchIndex, text: str) -> None:
    assert set(found(index, text)) == {"vlille", "ecoles", "arbres", "subventions", "air"}


@pytest.mark.parametrize("text", ["Moeskroen", "Mouscron", "54007", "57096"])
def test_a_code_column_is_coverage_by_present_and_former_code(
    index: SearchIndex, text: str
) -> None:
    assert set(found(index, text)) == {"codes", "gares"}


def test_a_place_in_a_title_is_coverage(index: SearchIndex) -> None:
    assert found(index, "Menin")[0] == "menin"


def test_what_meets_concept_and_place_comes_first(index: SearchIndex) -> None:
    assert found(index, "vélo Kortrijk")[0] == "fietsenstallingen"
    assert found(index, "fietsen in Doornik")[0] == "arceaux"


def test_where_many_meet_all_words_none_comes_that_meets_some() -> None:
    index = ranked(*["Vélos et parkings"] * 5, "Vélos", "Parkings")
    hits = index.search(Query(q="vélos parkings", lang="fr"))
    assert (hits.count, hits.is_widened) == (5, False)
    index = ranked(*["Vélos et parkings"] * 2, "Vélos", "Parkings")
    hits = index.search(Query(q="vélos parkings", lang="fr"))
    assert (hits.count, hits.is_widened) == (4, True)
    assert {hit.id for hit in hits.results[:2]} == {"d0", "d1"}


def test_what_was_understood_is_said(index: SearchIndex) -> None:
    said = index.search(Query(q="fiets Rijsel")).understood
    assert [(u.kind, u.code, u.words) for u in said] == [
        ("concept", "bike", "fiets"),
        ("place", "59350", "rijsel"),
    ]
    assert said[1].title["fr"] == "Lille"


def test_nothing_meets_all_words_so_some_are_enough(index: SearchIndex) -> None:
    hits = index.search(Query(q="zwembad gares délibérations", lang="fr"))
    assert hits.is_widened
    assert {hit.id for hit in hits.results} == {"gares", "conseil"}
    assert not index.search(Query(q="xyzzyx qqqqqq")).is_widened


def test_a_filter_alone_does_not_widen(index: SearchIndex) -> None:
    hits = index.search(Query(q="vélo", side=("EU",)))
    assert (hits.count, hits.is_widened) == (0, False)
    assert "VLG" in hits.facets["side"]


def test_exact_before_stem_before_prefix_before_slip() -> None:
    index = ranked("Lavoir", "Lavoirette", "Lavoirs", "Lavior")
    assert found(index, "lavoir") == ["d0", "d2", "d1", "d3"]


def test_title_before_keyword_before_column_before_description() -> None:
    made = SearchIndex(None)
    made.apply(
        [
            entry("description", "Un", description={"fr": "Parle de quincaillerie"}),
            entry("column", "Deux", tables=[table("column", {"quincaillerie": {}})]),
            entry("keyword", "Trois", keywords={"fr": ["quincaillerie"]}),
            entry("title", "Quincaillerie"),
            entry("values", "Cinq"),
        ],
        [],
        1,
        {"values": {"genre": ["Quincaillerie", "Mercerie"]}},
    )
    assert found(made, "quincaillerie") == ["title", "keyword", "column", "description", "values"]


def test_column_names_and_labels_are_found() -> None:
    made = SearchIndex(None)
    columns = {"nbVelosDispo": {}, "x": {"title": "Capacité", "titles": {"nl": "Bergruimte"}}}
    made.apply([entry("a", "Un", tables=[table("a", columns)])], [], 1)
    for text in ("velos", "capacite", "Bergruimte", "fiets"):
        assert found(made, text) == ["a"]


def test_the_readers_language_is_a_bit_stronger() -> None:
    made = SearchIndex(None)
    made.apply([entry("fr", {"fr": "Audit"}), entry("nl", {"nl": "Audit"})], [], 1)
    assert found(made, "audit", "fr") == ["fr", "nl"]
    assert found(made, "audit", "nl") == ["nl", "fr"]


@pytest.mark.parametrize("text", ["oeuvre", "œuvre", "ŒUVRE", "l’œuvre", "l'œuvre", "œuvres"])
def test_ligatures_apostrophes_and_case_make_no_difference(text: str) -> None:
    assert found(ranked("Œuvres d’art"), text) == ["d0"]


def test_accents_typed_as_separate_marks_make_no_difference() -> None:
    assert found(ranked("Strassenfeste"), "Straßenfeste") == ["d0"]
    assert found(ranked("Re\u0301gie"), "régie") == ["d0"]


def test_without_words_everything_by_date() -> None:
    made = SearchIndex(None)
    made.apply(
        [
            entry("old", "B", data_modified="2020-01-01"),
            entry("new", "A", data_modified="2024-01-01"),
        ],
        [],
        1,
    )
    assert found(made, "") == ["new", "old"]
    assert found(made, " * ") == ["new", "old"]


def test_sorts_by_title_in_the_readers_language() -> None:
    made = SearchIndex(None)
    made.apply(
        [
            entry("a", {"fr": "Écoles", "nl": "Scholen"}),
            entry("b", {"fr": "Zoo", "nl": "Dierentuin"}),
            entry("c", {"fr": "abris"}),
        ],
        [],
        1,
    )
    ordered = {
        lang: [h.id for h in made.search(Query(lang=lang, sort="title")).results]
        for lang in ("fr", "nl")
    }
    assert ordered == {"fr": ["c", "a", "b"], "nl": ["c", "b", "a"]}


def test_pages_of_results_join_without_gap(index: SearchIndex) -> None:
    whole = index.search(Query(q="vélo", limit=10)).results
    pages = [index.search(Query(q="vélo", limit=1, offset=n)).results for n in range(len(whole))]
    assert [hit.id for page in pages for hit in page] == [hit.id for hit in whole]
    assert index.search(Query(limit=0)).count == len(judged())
    assert index.search(Query(offset=10**6)).results == []
    assert index.search(Query(limit=-5, offset=-5)).results == []


def test_an_everyday_word_is_a_place_only_with_a_capital() -> None:
    made = SearchIndex(None)
    made.apply(
        [
            entry("gift", "Collecte de don de livres", publisher=entry("x", "x").dataset.publisher),
            entry("don", "Budget de Don", spatial=["59670"]),
        ],
        [],
        1,
    )
    assert found(made, "Don") == ["don"]


def test_a_shared_name_means_the_place_on_the_publishers_side() -> None:
    made = SearchIndex(None)
    made.apply([entry("fr", "Budget de Comines")], [], 1)
    assert found(made, "Comines-Warneton") == []
    assert found(made, "Comines") == ["fr"]


def test_a_search_under_way_ends_with_the_thesaurus_that_it_began_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terms = load('[zyzzogeton]\nfr = ["zyzzogéton"]\nnl = ["zyzzogeton"]\nen = ["zyzzogeton"]\n')
    index = SearchIndex(None, terms)
    index.apply([entry("d0", "Zyzzogéton")], [], 1)
    usual = index._asked

    def swapped(*given: Any) -> Any:
        index.become(SearchIndex(None))
        return usual(*given)

    monkeypatch.setattr(index, "_asked", swapped)
    (said,) = index.search(Query(q="zyzzogeton")).understood
    assert said.code == "zyzzogeton"
