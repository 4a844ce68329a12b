"""Brings the forms of a word together in French, Dutch and English.

The stems are light: plural, feminine and inflected endings go, derivations stay apart. Snowball's
French makes `station` of `stationnement`, its Dutch makes `zon` (sun) of `gezondheid` (health), its
English makes `park` of `parking` and one word of `collected` and `collection`: between concepts of
three languages that is noise, and yet they keep `vélos` from `vélo` and `fiets` from `fietsen`. All
take folded words.
"""

from functools import lru_cache

STEMMED = ("fr", "nl", "en")

_WORDS_KEPT = 100_000

_FRENCH = (
    "a au aux avec ce ces cette chez d dans de des dont du elle en entre est et il la le les "
    "leur leurs l ma mes mon n ne nos notre nous on or ou par pas plus pour qu que qui s sa "
    "sans se ses son sont sur ta te tout toute toutes tous un une vers via vos votre vous y "
    "trouver chercher liste comment combien quand quel quelle quelles quels ils elles "
)
_DUTCH = (
    "aan als bij dan dat de deze die dit door een en er het hoe in is je kan met mijn naar "
    "niet of om onder ons onze op over per s te tot uit uw van voor waar wat wie wij zijn "
    "zoek lijst den der hebben heeft hoeveel tussen wanneer welk welke worden wordt zonder "
)
_ENGLISH = (
    "about all an and any are as at be by can do does find for from get give has have how i "
    "in into is it its me my near of on our show some that the their there this to us was we "
    "what where which who with your list between during when within "
)

STOPWORDS = frozenset((_FRENCH + _DUTCH + _ENGLISH).split())
"""Folded words that carry no meaning in a query of any of the three languages."""


@lru_cache(maxsize=_WORDS_KEPT)
def marked_stem(word: str, language: str) -> str:
    """Return the stem as the index holds it, marked by its language: `nl~school`."""
    return f"{language}~{stem(word, language)}"


@lru_cache(maxsize=_WORDS_KEPT)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; a word with a digit stays as it is."""
    if len(word) < 4 or not word.isalpha():
        return word
    if language == "fr":
        return _french(word)
    if language == "nl":
        return _dutch(word)
    return _english(word) if language == "en" else word


def _english(word: str) -> str:
    """Take off the plural: `libraries` -> `library`, `boxes` -> `box`, `bikes` -> `bike`."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _french(word: str) -> str:
    """Take off plural and feminine: `locaux`, `locales` -> `local`; `culturelles` -> `culturel`."""
    if word.endswith(("eaux", "eux", "oux")):
        word = word[:-1]
    elif word.endswith("aux") and len(word) > 4:
        word = word[:-2] + "l"
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    while len(word) > 5 and word.endswith("e"):  # `porte` is no `port`, `âgées` no `âge`
        word = word[:-1]
    if len(word) > 4 and word.endswith(("ell", "enn", "ett", "onn")):
        word = word[:-1]
    if len(word) > 4 and word.endswith("if"):
        word = word[:-1] + "v"
    return word


_SHORT_VOWELS = {"paden": "pad", "wegen": "weg", "daken": "dak", "dagen": "dag", "glazen": "glas"}
_SHORT_VOWELS |= {
    "hoven": "hof",
    "steden": "stad",
    "leden": "lid",
    "graven": "graf",
    "spelen": "spel",
}
"""Plurals whose vowel is long and whose singular is short, also at the end of compounds."""


def _dutch(word: str) -> str:
    """Take off inflection until none is left: `bomen` -> `boom`, `fietsen` -> `fiets` -> `fiet`."""
    for plural, singular in _SHORT_VOWELS.items():
        if word.endswith(plural):
            return word[: -len(plural)] + singular
    for _ in range(4):
        shorter = _dutch_step(word)
        if shorter == word:
            break
        word = shorter
    return word


def _dutch_step(word: str) -> str:
    if len(word) > 4 and word.endswith("en"):
        return _closed(word[:-2])
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    if len(word) > 4 and word.endswith("e") and not word.endswith("ee"):
        return _closed(word[:-1])
    return word


def _closed(root: str) -> str:
    """Spell a root as it stands alone: `brugg` -> `brug`, `bom` -> `boom`, `huiz` -> `huis`."""
    if root[-1] == root[-2] and root[-1] not in _VOWELS:
        return root[:-1]
    end = {"v": "f", "z": "s"}.get(root[-1], root[-1])
    before = root[-3] if len(root) > 2 else ""
    is_open = root[-2] in "aeou" and (before not in _VOWELS or (before == "i" and root[-2] in "ao"))
    if end not in _VOWELS and end not in "wx" and is_open and before:
        return root[:-1] + root[-2] + end
    return root[:-1] + end


_VOWELS = "aeiouy"
