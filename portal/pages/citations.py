"""How to cite a dataset: producer, title, version, date, licence and permanent address, as text,
BibTeX and RIS.
"""

import re
from typing import Literal

import msgspec
from flask import url_for
from flask_babel import gettext

from catalogue.records import Entry, Table, Version
from portal.context import public_root
from portal.i18n import day, reader_language, words
from portal.pages import labels
from portal.pages.licence_terms import demand_of

Form = Literal["txt", "bib", "ris"]
CATALOGUE = "Eurometropolis Data"
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces, escaped ones too
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}
_TEX_LANGUAGES = {"fr": "french", "nl": "dutch", "en": "english"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Citation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is cited; `lang` is the language of the title. `version` is of the one table cited,
    `published` the day on which it came in here, `data_day` the day on which its data changed.
    """

    dataset_id: str
    producer: str
    title: str
    lang: str
    address: str
    table: str | None
    version: int | None
    published: str | None
    data_day: str | None
    licence: str | None
    licence_url: str | None
    demand: str

    @property
    def year(self) -> str:
        """Return the year of the data, else of its publication here."""
        return (self.data_day or self.published or "")[:4]


def citation_of(
    entry: Entry, table: Table | None = None, version: Version | None = None
) -> Citation:
    """Return the citation of a dataset: of one version of a table, else of its only table's current
    one, else without a version.
    """
    dataset = entry.dataset
    if table is None and len(entry.tables) == 1:
        table = entry.tables[0]
    cited = version or (table.current if table else None)
    title = words(dataset.title)
    stated = cited.data_modified if cited else None
    data_changed = stated or dataset.data_modified or entry.data_updated_at
    return Citation(
        dataset_id=entry.id,
        producer=_line(words(dataset.publisher.title).text or dataset.publisher.id),
        title=_line(title.text or entry.id),
        lang=title.lang or reader_language(),
        address=public_root() + url_for("root.dataset", dataset_id=entry.id),
        table=cited.table if cited else None,
        version=cited.n if cited else None,
        published=cited.created_at[:10] if cited else None,
        data_day=data_changed[:10] if data_changed else None,
        licence=_line(labels.licence(dataset.licence)) if dataset.licence else None,
        licence_url=_licence_url(entry),
        demand=demand_of(dataset.licence),
    )


def as_text(citation: Citation) -> str:
    """Return the citation as one line in the reader's language."""
    text: str = gettext(
        "%(producer)s. %(title)s [dataset]. %(facts)s. %(address)s",
        producer=citation.producer.rstrip("."),
        title=citation.title,
        facts=", ".join(_facts(citation, with_link=True)),
        address=citation.address,
    )
    return text


def as_bibtex(citation: Citation) -> str:
    """Return the citation as an entry of BibTeX; its signs are plain to TeX, its letters UTF-8."""
    key = citation.dataset_id + (f"-v{citation.version}" if citation.version else "")
    fields = {
        "author": f"{{{_tex(citation.producer)}}}",  # an institution: no first and last name
        "title": f"{{{_tex(citation.title)}}}",
        "year": citation.year,
        "version": str(citation.version or ""),
        "howpublished": _tex(gettext("Dataset, %(catalogue)s", catalogue=CATALOGUE)),
        "url": _plain_address(citation.address),
        "note": _tex(", ".join(_facts(citation))),
        "langid": _TEX_LANGUAGES.get(citation.lang, ""),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def as_ris(citation: Citation) -> str:
    """Return the citation as a record of RIS, for Zotero, EndNote and their like."""
    fields = [
        ("TY", "DATA"),
        ("AU", f"{citation.producer},"),  # the comma keeps an institution's name whole
        ("TI", citation.title),
        ("PY", citation.year),
        ("DA", (citation.data_day or "").replace("-", "/")),
        ("ET", str(citation.version or "")),
        ("PB", CATALOGUE),
        ("UR", citation.address),
        ("LA", citation.lang),
        ("N1", ", ".join(_facts(citation, with_link=True))),
        ("ER", ""),
    ]
    lines = [f"{tag}  - {value}" for tag, value in fields if value or tag == "ER"]
    return "\r\n".join([*lines, ""])


def _facts(citation: Citation, *, with_link: bool = False) -> list[str]:
    """Return version, date and licence, each in words, as far as they are known."""
    found = []
    if citation.version and citation.published:
        found.append(
            gettext(
                "Table %(table)s, version %(n)s of %(date)s",
                table=citation.table,
                n=citation.version,
                date=day(citation.published),
            )
        )
    if citation.data_day:
        found.append(gettext("data of %(date)s", date=day(citation.data_day)))
    if citation.licence and citation.licence_url and with_link:
        found.append(
            gettext("%(name)s (%(link)s)", name=citation.licence, link=citation.licence_url)
        )
    elif citation.licence:
        found.append(citation.licence)
    else:
        found.append(gettext("licence not stated"))
    return found


def _licence_url(entry: Entry) -> str | None:
    stated = entry.dataset.licence_url or ""
    if stated.lower().startswith(("https://", "http://")):
        return _line(stated)
    return labels.licence_url(entry.dataset.licence) if entry.dataset.licence else None


def _line(text: str) -> str:
    """Return a text of a publisher as one line without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _plain_address(address: str) -> str:
    """Return an address without the signs that would end a field."""
    return re.sub(r"[{}\\]", "", address)
