"""Where the rows of a pack come from: licence and attribution of each dataset, by language."""

from catalogue.languages import nearest
from catalogue.licences import LICENCES
from catalogue.records import LANGUAGES, Entry, Text, Version
from catalogue.store import Store, datasets, versions
from sandbox.packs.manifest import PackedSource


def source_of(entry: Entry, used: list[Version]) -> PackedSource:
    """Return what a pack says of a dataset that it draws these versions from."""
    dataset = entry.dataset
    known = LICENCES.get(dataset.licence or "")
    days = [v.data_modified for v in used if v.data_modified]
    day = (max(days) if days else dataset.data_modified or "")[:10] or None
    licence_title = known.title if known else {"und": dataset.licence} if dataset.licence else {}
    licence_url = known.url if known else dataset.licence_url
    return PackedSource(
        dataset=entry.id,
        title=dataset.title,
        publisher=dataset.publisher.title,
        licence=known.id if known else dataset.licence,
        licence_title=licence_title,
        licence_url=licence_url,
        data_date=day,
        origin=dataset.origin,
        landing_page=dataset.landing_page,
        attribution={
            lang: _attribution(lang, dataset.publisher.title, dataset.title, day, licence_title,
                               licence_url or dataset.origin)
            for lang in LANGUAGES
        },
    )  # fmt: skip


def source_of_table(store: Store, version: Version) -> PackedSource:
    """Return the same for the dataset of one table."""
    return source_of(datasets.get(store, versions.dataset_of(store, version.table)), [version])


def _attribution(
    lang: str, publisher: Text, title: Text, day: str | None, licence: Text, url: str | None
) -> str:
    """Name producer, title, day of the data, licence and its address: what open licences ask."""
    parts = [f"{_in(lang, publisher)}, {_in(lang, title)}", day, _in(lang, licence), url]
    return " – ".join(part for part in parts if part)


def _in(lang: str, text: Text) -> str:
    return nearest(text, lang)[0] or ""
