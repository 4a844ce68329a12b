"""What the name of a column tells, and names that any database takes."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Ý])")
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l"}
)

# A column with one of these words holds codes, whatever its digits look like.
STRONG_CODE_WORDS = frozenset(
    str.split(
        "insee codeinsee inseecode nis niscode nis5 nis6 refnis codenis siret siren nic rna uai "
        "rne finess cp codepostal codepostaux postal postcode postcodes postalcode zip zipcode "
        "plz kbo bce kbonummer bcenummer ondernemingsnummer vat tva btw iban nir niss "
        "rijksregisternummer phone tel telephone telefoon telefoonnummer gsm mobile fax ean "
        "isbn issn naf ape nace nacebel depcom codgeo iris idcc rnb fantoir rivoli"
    )
)
# These only where every value has the same number of digits.
WEAK_CODE_WORDS = frozenset(
    str.split(
        "code codes id ids identifiant identifier identificatie uid ref reference numero nummer "
        "matricule com commune gemeente dep departement reg region epci arr canton cog geo "
        "code1 key cle sleutel"
    )
)
_WEAK_MIN_WIDTH = 4


def fold(text: str) -> str:
    """Strip accents and ligatures, and lower the case."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def words(name: str) -> list[str]:
    """Split a label into folded words: `codeInsee_Commune` -> code, insee, commune."""
    return _WORD.findall(fold(_CAMEL.sub(" ", name)))


def code_word(name: str, widths: Iterable[int]) -> str | None:
    """Give the word of the name that says "code", for a column of digits of these widths."""
    found = words(name)
    for word in found:
        if word in STRONG_CODE_WORDS:
            return word
    distinct = set(widths)
    if len(distinct) == 1 and distinct.pop() >= _WEAK_MIN_WIDTH:
        return next((word for word in found if word in WEAK_CODE_WORDS), None)
    return None


def unique_names(labels: Sequence[str]) -> list[str]:
    """Name the blank labels and tell the duplicates apart, as frictionless does.

    A blank label becomes `field3`; the second `nom` becomes `nom2`.
    """
    used: set[str] = set()
    result: list[str] = []
    for number, label in enumerate(labels, start=1):
        base = label if label.strip() else f"field{number}"
        name, suffix = base, 2
        while name in used:
            name = f"{base}{suffix}"
            suffix += 1
        used.add(name)
        result.append(name)
    return result


def column_identifiers(headers: Sequence[str]) -> list[str]:
    """Give a unique `[a-z][a-z0-9_]*` of at most 63 characters for each header."""
    used: set[str] = set()
    result: list[str] = []
    for number, header in enumerate(headers, start=1):
        base = "_".join(_WORD.findall(fold(_CAMEL.sub(" ", header)))) or f"column_{number}"
        if not base[0].isalpha():
            base = f"c_{base}"
        base = base[:63].rstrip("_")
        name, suffix = base, 2
        while name in used:
            tail = f"_{suffix}"
            name = base[: 63 - len(tail)] + tail
            suffix += 1
        used.add(name)
        result.append(name)
    return result


def near_match(label: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate that differs only by case, accents, spaces or punctuation."""
    wanted = "".join(words(label))
    if not wanted:
        return None
    for candidate in candidates:
        if candidate != label and "".join(words(candidate)) == wanted:
            return candidate
    return None
