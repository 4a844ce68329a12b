"""The README of a pack, in the three languages of the territory."""

from collections.abc import Mapping

import msgspec

from catalogue.languages import nearest
from sandbox.packs.manifest import PackedSource, PackedTable


class _Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    intro: str
    head: str
    files: str
    sources: str
    again: str


_WORDS = {
    "fr": _Words(
        intro="Jeu de données de test\u00a0: de vraies lignes du catalogue de l’Eurométropole "
        "Lille–Kortrijk–Tournai, échantillonnées, avec toutes les lignes auxquelles leurs clés "
        "renvoient.",
        head="| table | version | lignes |",
        files="`data/` contient chaque table en CSV et en Parquet, `datapackage.json` les décrit, "
        "`manifest.json` donne le SHA-256 de chaque fichier.",
        sources="Sources à citer\u00a0:",
        again="`eurometropolis pack make pack.toml` refait ce jeu à l’octet près, "
        "`eurometropolis pack verify` le vérifie.",
    ),
    "nl": _Words(
        intro="Testpakket: echte rijen uit de catalogus van de Eurometropool "
        "Lille–Kortrijk–Tournai, als steekproef, met alle rijen waarnaar hun sleutels verwijzen.",
        head="| tabel | versie | rijen |",
        files="`data/` bevat elke tabel als CSV en als Parquet, `datapackage.json` beschrijft ze, "
        "`manifest.json` geeft de SHA-256 van elk bestand.",
        sources="Te vermelden bronnen:",
        again="`eurometropolis pack make pack.toml` maakt dit pakket opnieuw, byte voor byte; "
        "`eurometropolis pack verify` controleert het.",
    ),
    "en": _Words(
        intro="Test pack: real rows of the catalogue of the Eurometropolis "
        "Lille–Kortrijk–Tournai, sampled, with all rows that their keys lead to.",
        head="| table | version | rows |",
        files="`data/` holds each table as CSV and as Parquet, `datapackage.json` describes them, "
        "`manifest.json` gives the SHA-256 of every file.",
        sources="Sources to be named:",
        again="`eurometropolis pack make pack.toml` makes this pack again, byte for byte; "
        "`eurometropolis pack verify` checks it.",
    ),
}


def readme(
    name: str,
    title: Mapping[str, str],
    description: Mapping[str, str],
    tables: list[PackedTable],
    sources: list[PackedSource],
) -> str:
    """Return the README as Markdown."""
    return "\n\n".join(
        _part(name, lang, title, description, tables, sources) for lang in ("fr", "nl", "en")
    )


def _part(
    name: str,
    lang: str,
    title: Mapping[str, str],
    description: Mapping[str, str],
    tables: list[PackedTable],
    sources: list[PackedSource],
) -> str:
    words = _WORDS[lang]
    said = nearest(dict(description), lang)[0]
    parts = [
        f"# {nearest(dict(title), lang)[0] or name}",
        *([said] if said else []),
        words.intro,
        "\n".join(
            [words.head, "| --- | --- | --- |"]
            + [f"| {each.table} | {each.version} | {each.rows} |" for each in tables]
        ),
        words.files,
        words.again,
        words.sources,
        "\n".join(f"- {source.attribution[lang]}" for source in sources),
    ]
    return "\n\n".join(parts) + "\n"
