"""Maps the themes of portals to the thirteen EU data themes.

Source: http://publications.europa.eu/resource/authority/data-theme. Portals name their themes in
their own words; a name is matched by whole words that belong to one theme.
"""

import re

from catalogue.names import fold

CODES = frozenset({
    "AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL",
    "INTR", "JUST", "REGI", "SOCI", "TECH", "TRAN",
})  # fmt: skip

_STEMS: dict[str, str] = {
    "AGRI": "agri peche visserij fisher aliment voeding food foret bos forest landbouw",
    "ECON": "econom financ budget begroting entrepris onderneming business emploi werk employ "
    "commerc handel fiscal arbeid subvention subsidi marches aanbested procurement",
    "EDUC": "educ onderwijs enseign ecole school formation opleiding cultur sport toeris touris "
    "loisir vrije patrimoine erfgoed heritage jeunesse jeugd petite",
    "ENER": "energ electri elektri gaz gas",
    "ENVI": "environ milieu leefmilieu meteo klimaat climat air lucht eau water dechet afval "
    "natuur nature biodivers vegetal arbre groen",
    "GOVE": "gouvern overheid bestuur government administra citoyen burger democrat politique "
    "beleid services publics election verkiez public",
    "HEAL": "sante gezondheid health zorg welzijn",
    "INTR": "international internationaal",
    "JUST": "justi securite veiligheid safety police politie recht",
    "REGI": "region territoire ville stad urban stedenbouw amenagement ruimtelijk cadastr kadaster "
    "adress adres referentiel cartograph kaart geograph urbanis habitat logement wonen huisvest "
    "limites grenzen spatial planning housing building",
    "SOCI": "societe samenleving maatschappij society popul bevolking demograph social sociaal "
    "solidarit",
    "TECH": "techno science wetenschap numerique digita innovat telecom fibre",
    "TRAN": "transport mobilit verkeer vervoer deplacement velo fiets stationnement parkeer "
    "parking route wegen voirie circulation",
}
_BY_STEM = {stem: code for code, stems in _STEMS.items() for stem in stems.split()}
_SHORT = 4  # "air", "eau", "gas": matched as whole words only


def codes(name: str) -> list[str]:
    """Return the EU themes that a portal's theme name speaks of, in its order.

    >>> codes("Mobilité et transport"), codes("Culture, Heritage"), codes("Divers")
    (['TRAN'], ['EDUC'], [])
    """
    tail = name.strip().rstrip("/").rpartition("/")[2].upper()
    if tail in CODES:
        return [tail]
    found: list[str] = []
    for word in re.findall(r"[a-z]+", fold(name)):
        code = _BY_STEM.get(word) or next(
            (
                known
                for stem, known in _BY_STEM.items()
                if len(stem) > _SHORT and word.startswith(stem)
            ),
            None,
        )
        if code and code not in found:
            found.append(code)
    return found
