"""Knows the open licences of the territory under all the names that portals give them.

A portal says `lov2`, "Licence Ouverte / Open Licence version 2.0", a link, or a link in the field
for the title. One identifier each (SPDX where SPDX has one), with its title in three languages.
"""

import re
from urllib.parse import urlsplit

import msgspec

from catalogue.names import fold


class Licence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A licence; `is_open` in the sense of the Open Definition. Aliases are matched folded."""

    id: str
    title: dict[str, str]
    url: str
    is_open: bool = True
    aliases: tuple[str, ...] = ()


def _same(text: str) -> dict[str, str]:
    return {"fr": text, "nl": text, "en": text}


_ALL = (
    Licence(
        id="etalab-2.0",
        title={
            "fr": "Licence Ouverte 2.0",
            "nl": "Open licentie 2.0 (Frankrijk)",
            "en": "Open Licence 2.0 (France)",
        },
        url="https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        aliases=(
            "lov2", "lo-ol-2", "lo 2.0", "licence ouverte", "open licence", "fr-lo",
            "licence ouverte (etalab)", "licence ouverte v2.0", "licence ouverte v2.0 (etalab)",
            "licence ouverte version 2.0", "licence ouverte / open licence",
            "licence ouverte / open licence version 2.0", "open licence 2.0", "etalab 2.0",
            "licence ouverte v2", "licence ouverte etalab", "licence ouverte etalab 2.0",
            "licence ouverte de l’etat", "open licence v2.0", "etalab", "etalab v2.0",
            "open license 2.0", "licence ouverte / open license 2.0", "notspecified-etalab",
            "etalab.gouv.fr/wp-content/uploads/2017/04/etalab-licence-ouverte-v2.0.pdf",
            "github.com/etalab/licence-ouverte/blob/master/lo.md",
            "data.gouv.fr/fr/pages/legal/licences/etalab-2.0",
            "data.gouv.fr/pages/legal/licences/etalab-2.0",
        ),
    ),
    Licence(
        id="etalab-1.0",
        title={
            "fr": "Licence Ouverte 1.0",
            "nl": "Open licentie 1.0 (Frankrijk)",
            "en": "Open Licence 1.0 (France)",
        },
        url="https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf",
        aliases=(
            "lov1", "licence ouverte v1.0", "licence ouverte version 1.0", "licence ouverte 1.0",
            "etalab.gouv.fr/pages/licence_ouverte_open_licence-5899923.html",
            "ddata.over-blog.com/xxxyyy/4/37/99/26/licence/licence-ouverte-open-licence.pdf",
        ),
    ),
    Licence(
        id="odbl-1.0",
        title=_same("Open Database License (ODbL) 1.0"),
        url="https://opendatacommons.org/licenses/odbl/1-0/",
        aliases=(
            "odbl", "odc-odbl", "odc bl", "odc odbl", "odbl 1.0", "open database license",
            "open database license (odbl)", "open database license (odbl) v1.0",
            "odc open database license", "opendatacommons.org/licenses/odbl",
            "opendatacommons.org/licenses/odbl/1.0", "opendatacommons.org/licenses/odbl/summary",
            "doc.transport.data.gouv.fr/le-point-d-acces-national/cadre-juridique/"
            "conditions-dutilisation-des-donnees/licence-odbl",
        ),
    ),
    Licence(
        id="odc-by-1.0",
        title=_same("Open Data Commons Attribution License 1.0"),
        url="https://opendatacommons.org/licenses/by/1-0/",
        aliases=("odc-by", "open data commons attribution license",
                 "opendatacommons.org/licenses/by"),
    ),
    Licence(
        id="pddl-1.0",
        title=_same("Open Data Commons Public Domain Dedication and License 1.0"),
        url="https://opendatacommons.org/licenses/pddl/1-0/",
        aliases=("odc-pddl", "pddl", "opendatacommons.org/licenses/pddl"),
    ),
    Licence(
        id="cc0-1.0",
        title=_same("Creative Commons CC0 1.0"),
        url="https://creativecommons.org/publicdomain/zero/1.0/",
        aliases=(
            "cc0", "cc-zero", "cc zero", "cc0 1.0", "creative commons zero",
            "creative commons cczero", "cc0 1.0 universal", "creative commons zero verklaring",
            "data.vlaanderen.be/doc/licentie/creative-commons-zero-verklaring/v1.0",
            "data.vlaanderen.be/id/licentie/creative-commons-zero-verklaring/v1.0",
        ),
    ),
    Licence(
        id="cc-by-4.0",
        title={
            "fr": "Creative Commons Attribution 4.0",
            "nl": "Creative Commons Naamsvermelding 4.0",
            "en": "Creative Commons Attribution 4.0",
        },
        url="https://creativecommons.org/licenses/by/4.0/",
        aliases=(
            "cc-by", "cc by", "cc by 4.0", "cc by 4", "creative commons attribution",
            "creative commons by 4.0", "cc by (4.0)", "attribution 4.0 international",
            "creative commons attribution 4.0 international", "cc-by-4.0-international",
            "creative commons attribution 4.0 international public license",
        ),
    ),
    Licence(
        id="cc-by-3.0",
        title={
            "fr": "Creative Commons Attribution 3.0",
            "nl": "Creative Commons Naamsvermelding 3.0",
            "en": "Creative Commons Attribution 3.0",
        },
        url="https://creativecommons.org/licenses/by/3.0/",
        aliases=("cc by 3.0", "creativecommons.org/licenses/by/3.0/fr"),
    ),
    Licence(
        id="cc-by-sa-4.0",
        title={
            "fr": "Creative Commons Attribution – Partage dans les mêmes conditions 4.0",
            "nl": "Creative Commons Naamsvermelding-GelijkDelen 4.0",
            "en": "Creative Commons Attribution-ShareAlike 4.0",
        },
        url="https://creativecommons.org/licenses/by-sa/4.0/",
        aliases=("cc-by-sa", "cc bysa 4.0", "cc by sa", "cc by-sa", "cc by-sa 4.0", "cc by sa 4.0",
                 "creative commons attribution share-alike"),
    ),
    Licence(
        id="cc-by-nc-4.0",
        title={
            "fr": "Creative Commons Attribution – Pas d’utilisation commerciale 4.0",
            "nl": "Creative Commons Naamsvermelding-NietCommercieel 4.0",
            "en": "Creative Commons Attribution-NonCommercial 4.0",
        },
        url="https://creativecommons.org/licenses/by-nc/4.0/",
        is_open=False,
        aliases=("cc-nc", "cc bync 4.0", "cc-by-nc", "cc by-nc", "cc by nc 4.0", "cc by-nc 4.0"),
    ),
    Licence(
        id="cc-by-nd-4.0",
        title={
            "fr": "Creative Commons Attribution – Pas de modification 4.0",
            "nl": "Creative Commons Naamsvermelding-GeenAfgeleideWerken 4.0",
            "en": "Creative Commons Attribution-NoDerivatives 4.0",
        },
        url="https://creativecommons.org/licenses/by-nd/4.0/",
        is_open=False,
        aliases=("cc-by-nd", "cc by-nd", "cc by nd 4.0", "cc by-nd 4.0", "cc bynd 4.0"),
    ),
    Licence(
        id="modellicentie-gratis-hergebruik-1.0",
        title={
            "fr": "Licence type de réutilisation gratuite (Flandre)",
            "nl": "Modellicentie gratis hergebruik",
            "en": "Model licence for free reuse (Flanders)",
        },
        url="https://data.vlaanderen.be/doc/licentie/modellicentie-gratis-hergebruik/v1.0",
        aliases=(
            "modellicentie gratis hergebruik", "modellicentie voor gratis hergebruik",
            "gratis open data licentie vlaanderen", "modellicentie gratis hergebruik v1.0",
            "gratis open data licentie vlaanderen v.1.2",
            "gratis open data licentie vlaanderen v1.2",
            "modellicentie voor gratis hergebruik v1.0",
            "data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0",
            "opendata.vlaanderen.be/data/licenties/modellicentie-gratis-hergebruik",
        ),
    ),
    Licence(
        id="statbel",
        title={
            "fr": "Licence open data de Statbel",
            "nl": "Opendatalicentie van Statbel",
            "en": "Open data licence of Statbel",
        },
        url="https://statbel.fgov.be/sites/default/files/files/opendata/"
        "Licence%20open%20data_EN.pdf",
        aliases=(
            "licence open data statbel", "statbel open data licence",
            "statbel.fgov.be/sites/default/files/files/opendata/licence%20open%20data_fr.pdf",
            "statbel.fgov.be/sites/default/files/files/opendata/licence%20open%20data_nl.pdf",
        ),
    ),
    Licence(
        id="licence-mobilites",
        title={
            "fr": "Licence Mobilités",
            "nl": "Mobiliteitslicentie (Frankrijk)",
            "en": "Mobility licence (France)",
        },
        url="https://wiki.lafabriquedesmobilites.fr/wiki/Licence_Mobilit%C3%A9s",
        is_open=False,
        aliases=("mobility-licence", "licence mobilites", "mobility license"),
    ),
    Licence(
        id="mit",
        title={"fr": "Licence MIT", "nl": "MIT-licentie", "en": "MIT License"},
        url="https://opensource.org/license/mit",
        aliases=("mit license", "the mit license", "opensource.org/licenses/mit"),
    ),
    Licence(
        id="public-domain",
        title={"fr": "Domaine public", "nl": "Publiek domein", "en": "Public domain"},
        url="https://creativecommons.org/publicdomain/mark/1.0/",
        aliases=("other-pd", "pd", "domaine public", "publiek domein", "public domain mark 1.0",
                 "cc pdm 1.0",
                 "creativecommons.org/publicdomain/mark/1.0"),
    ),
)  # fmt: skip

LICENCES: dict[str, Licence] = {licence.id: licence for licence in _ALL}


def _key(spelling: str) -> str:
    """Fold a name or a link so that its usual variants fall together."""
    text = fold(spelling).strip()
    if "/authority/licence/" in text:  # of the EU: ".../CC_BY_4_0"
        text = re.sub(r"(\d)_(\d)", r"\1.\2", text.rstrip("/").rpartition("/")[2])
    if "://" in text:
        parts = urlsplit(text)
        link = (parts.netloc.removeprefix("www.") + parts.path).rstrip("/")
        if link.startswith("spdx.org/licenses/"):
            return _key(link.rpartition("/")[2].removesuffix(".html").removesuffix(".json"))
        if link.startswith("creativecommons.org/"):  # the page for readers, or the text of the law
            link = re.sub(r"/(?:deed|legalcode)(?:\.[a-z-]+)?$", "", link)
        return link
    return re.sub(r"[\s_\-–—]+", " ", text).strip(" .")


_BY_KEY: dict[str, str] = {
    key: licence.id
    for licence in _ALL
    for spelling in (licence.id, licence.url, *licence.title.values(), *licence.aliases)
    for key in {_key(spelling), spelling.casefold()}
}


def licence_id(*spellings: str | None) -> str | None:
    """Return the identifier that the first recognised spelling (name, code or link) stands for.

    >>> licence_id("Licence Ouverte v2.0 (Etalab)"), licence_id(None, "CC_BY 4.0")
    ('etalab-2.0', 'cc-by-4.0')
    """
    for spelling in spellings:
        if spelling and (found := _BY_KEY.get(_key(spelling))):
            return found
    return None
