"""A small judged catalogue in French and Dutch, and entries made to measure."""

from typing import Any

from catalogue.records import Column, Dataset, Distribution, Entry, Publisher, Side, Table, Version

LILLE = Publisher(id="lille", title={"fr": "Ville de Lille"}, side=Side.FRANCE)
MEL = Publisher(id="mel", title={"fr": "Métropole Européenne de Lille"}, side=Side.FRANCE)
KORTRIJK = Publisher(id="kortrijk", title={"nl": "Stad Kortrijk"}, side=Side.FLANDERS)
VLAANDEREN = Publisher(id="vl", title={"nl": "Vlaamse overheid"}, side=Side.FLANDERS)
TOURNAI = Publisher(id="tournai", title={"fr": "Ville de Tournai"}, side=Side.WALLONIA)


def entry(identifier: str, title: dict[str, str] | str, **changes: Any) -> Entry:
    """Make an entry; what is no field of the dataset goes to the entry."""
    own: dict[str, Any] = {
        k: changes.pop(k) for k in ("tables", "is_archived", "sequence") if k in changes
    }
    formats = changes.pop("formats", ("csv",))
    dataset: dict[str, Any] = {
        "source_id": "test",
        "remote_id": identifier,
        "title": {"fr": title} if isinstance(title, str) else title,
        "publisher": LILLE,
        "distributions": [
            Distribution(remote_id=f, url="https://example.org/d", format=f) for f in formats
        ],
    }
    values: dict[str, Any] = {
        "id": identifier,
        "dataset": Dataset(**{**dataset, **changes}),
        "tables": [],
        "drafts": [],
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "data_updated_at": None,
        "is_archived": False,
        "sequence": 1,
    }
    return Entry(**{**values, **own})


def table(dataset_id: str, columns: dict[str, dict[str, Any]]) -> Table:
    """Make a table with a current version of these columns and their Table Schema fields."""
    return Table(
        name=dataset_id,
        dataset_id=dataset_id,
        distribution_id="csv",
        current=Version(
            table=dataset_id,
            n=1,
            sha256="0" * 64,
            logical_sha256="0" * 64,
            raw_sha256="0" * 64,
            row_count=1,
            size_bytes=1,
            created_at="2026-01-01T00:00:00Z",
            columns=[Column(name=n, type="VARCHAR", field=f) for n, f in columns.items()],
            schema={},
            recipe={},
            report={},
        ),
    )


def judged() -> list[Entry]:
    """Return the judged catalogue: datasets of both sides, most in one language only."""
    return [
        entry("vlille", "Vélos en libre-service V'Lille", spatial=["MEL"], publisher=MEL,
              themes=["TRAN"], formats=("csv", "json"), licence="etalab-2.0"),
        entry("fietsenstallingen", {"nl": "Fietsenstallingen"}, spatial=["34022"],
              publisher=KORTRIJK, themes=["TRAN"], formats=("geojson",), licence="cc0-1.0"),
        entry("arceaux", "Arceaux et stationnements pour les vélos", spatial=["57081"],
              publisher=TOURNAI, themes=["TRAN"]),
        entry("ecoles", "Écoles maternelles et élémentaires", publisher=LILLE, spatial=["59350"],
              themes=["EDUC"], description={"fr": "Adresses des établissements publics."}),
        entry("basisscholen", {"nl": "Basisscholen in het Nederlandstalig onderwijs"},
              publisher=VLAANDEREN, spatial=["VLG"], themes=["EDUC"]),
        entry("bomen", {"nl": "Bomenbestand"}, publisher=KORTRIJK, spatial=["34022"]),
        entry("arbres", "Arbres remarquables de la métropole", publisher=MEL, spatial=["MEL"]),
        entry("subventions", "Subventions versées aux associations", publisher=LILLE,
              spatial=["59350"], themes=["GOVE", "ECON"]),
        entry("luchtkwaliteit", {"nl": "Meetstations luchtkwaliteit", "en": "Air quality stations"},
              publisher=VLAANDEREN, spatial=["VLG"], themes=["ENVI"], formats=("csv", "xlsx")),
        entry("air", "Stations de mesure de la qualité de l'air", spatial=["Hauts-de-France"],
              publisher=MEL, themes=["ENVI"]),
        entry("gares", "Gares ferroviaires de Belgique", spatial=["BE"], publisher=TOURNAI,
              keywords={"nl": ["treinstations"]}),
        entry("conseil", "Délibérations du conseil communal", publisher=TOURNAI,
              spatial=["57081"]),
        entry("menin", {"nl": "Afvalkalender Menen"}, publisher=VLAANDEREN),
        entry("codes", {"nl": "Inwoners per gemeente"}, publisher=VLAANDEREN,
              tables=[table("codes", {"nis_code": {}, "aantal": {"title": "Aantal inwoners"}})]),
    ]  # fmt: skip
