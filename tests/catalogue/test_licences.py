"""Licences under the names that portals of the territory give them, and under those of the EU."""

import pytest

from catalogue.dcat.authorities import LICENCES as OF_THE_EU
from catalogue.licences import LICENCES, licence_id


@pytest.mark.parametrize(
    ("spelling", "known"),
    [("Licence Ouverte v2.0 (Etalab)", "etalab-2.0"), ("lov2", "etalab-2.0"),
     ("fr-lo", "etalab-2.0"), ("Licence ouverte Etalab", "etalab-2.0"),
     ("https://spdx.org/licenses/etalab-2.0.html", "etalab-2.0"),
     ("https://www.etalab.gouv.fr/licence-ouverte-open-licence/", "etalab-2.0"),
     ("http://www.etalab.gouv.fr/pages/Licence_ouverte_Open_licence-5899923.html", "etalab-1.0"),
     ("ODbL", "odbl-1.0"), ("https://spdx.org/licenses/ODbL-1.0", "odbl-1.0"),
     ("CC BY 4.0", "cc-by-4.0"),
     ("https://creativecommons.org/licenses/by/4.0/deed.nl", "cc-by-4.0"),
     ("http://creativecommons.org/licenses/by/4.0/legalcode.fr", "cc-by-4.0"),
     ("https://creativecommons.org/publicdomain/zero/1.0/deed.fr", "cc0-1.0"),
     ("Modellicentie Gratis Hergebruik", "modellicentie-gratis-hergebruik-1.0"),
     ("https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0",
      "modellicentie-gratis-hergebruik-1.0"),
     ("mobility-licence", "licence-mobilites"), ("Licence Mobilités", "licence-mobilites"),
     ("https://statbel.fgov.be/sites/default/files/files/opendata/Licence%20open%20data_FR.pdf",
      "statbel")],
)  # fmt: skip
def test_spelling_of_a_portal_is_known(spelling: str, known: str) -> None:
    assert licence_id(spelling) == known


@pytest.mark.parametrize(
    "spelling", ["otherRestrictions", "other-open", "notspecified", "Open Data Licentie Fluvius",
                 "", "https://geoportail.wallonie.be/files/documents/ConditionsSPW/DataSPW-CGU.pdf",],
)  # fmt: skip
def test_what_names_no_licence_that_we_know_stays_unknown(spelling: str) -> None:
    assert licence_id(spelling) is None


@pytest.mark.parametrize(("known", "code"), sorted(OF_THE_EU.items()))
def test_address_of_the_eu_is_read_back_as_what_is_written_by_it(known: str, code: str) -> None:
    assert known in LICENCES
    base = "http://publications.europa.eu/resource/authority/licence"
    assert licence_id(f"{base}/{code}") == known
