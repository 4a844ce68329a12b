"""Facts about a field in the words, numbers and dates of the reader."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tablecheck.names import fold

LISTED = 10
_THOUSANDS = {"fr": "\u202f", "nl": ".", "en": ","}
_DECIMAL = {"fr": ",", "nl": ",", "en": "."}
_QUOTES = {"fr": ("«\u00a0", "\u00a0»"), "nl": ("“", "”"), "en": ("“", "”")}
_DAYS = {"fr": "%d/%m/%Y", "nl": "%d/%m/%Y", "en": "%-d %B %Y"}
_USUAL_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_DEFAULTS = {
    "date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M:%S", "time": "%H:%M:%S", "yearmonth": "%Y-%m",
    "year": "%Y",
}  # fmt: skip
# The last day of a year: its day, month and year cannot be taken for one another.
_EXAMPLE = datetime(2026, 12, 31, 18, 30)  # noqa: DTZ001 - an hour on a clock, of no place
_FIXED = {
    "integer": "1234", "geopoint": "3.06,50.63", "duration": "PT1H30M", "array": '["a", "b"]',
    "object": '{"a": 1}', "geojson": '{"type": "Point", "coordinates": [3.06, 50.63]}',
    "string.email": "nom@exemple.org", "string.uri": "https://exemple.org",
    "string.uuid": "123e4567-e89b-12d3-a456-426614174000", "list": "a,b",
    "geopoint.array": "[3.06, 50.63]", "geopoint.object": '{"lon": 3.06, "lat": 50.63}',
}  # fmt: skip
_OF = {
    "fr": {
        "more": "{listed} et {count} autres", "or": " ou ", "then": ", puis ", "range": "{a} à {b}",
        "least": "au moins {a}", "digit": ("chiffre", "chiffres"),
        "upper": ("lettre majuscule", "lettres majuscules"), "letter": ("lettre", "lettres"),
        "lower": ("lettre minuscule", "lettres minuscules"),
        "upper-digit": ("lettre majuscule ou chiffre", "lettres majuscules ou chiffres"),
        "lower-digit": ("lettre minuscule ou chiffre", "lettres minuscules ou chiffres"),
        "letter-digit": ("lettre ou chiffre", "lettres ou chiffres"),
        "regex": "expression régulière {pattern}",
    },
    "nl": {
        "more": "{listed} en nog {count} andere", "or": " of ", "then": ", dan ",
        "range": "{a} tot {b}", "least": "minstens {a}", "digit": ("cijfer", "cijfers"),
        "upper": ("hoofdletter", "hoofdletters"), "letter": ("letter", "letters"),
        "lower": ("kleine letter", "kleine letters"),
        "upper-digit": ("hoofdletter of cijfer", "hoofdletters of cijfers"),
        "lower-digit": ("kleine letter of cijfer", "kleine letters of cijfers"),
        "letter-digit": ("letter of cijfer", "letters of cijfers"),
        "regex": "reguliere expressie {pattern}",
    },
    "en": {
        "more": "{listed} and {count} others", "or": " or ", "then": ", then ",
        "range": "{a} to {b}", "least": "at least {a}", "digit": ("digit", "digits"),
        "upper": ("capital letter", "capital letters"), "letter": ("letter", "letters"),
        "lower": ("small letter", "small letters"),
        "upper-digit": ("capital letter or digit", "capital letters or digits"),
        "lower-digit": ("small letter or digit", "small letters or digits"),
        "letter-digit": ("letter or digit", "letters or digits"),
        "regex": "regular expression {pattern}",
    },
}  # fmt: skip
_Words = Mapping[str, Any]


def number(value: float, lang: str) -> str:
    """Write a number as the reader does; four figures of a whole number stay together."""
    if isinstance(value, int) and abs(value) < 10_000:
        return str(value)
    whole, _, fraction = f"{value:,}".partition(".")
    whole = whole.replace(",", _THOUSANDS[lang])
    return f"{whole}{_DECIMAL[lang]}{fraction}" if fraction else whole


def bound(text: str, type_: str, format_: str, lang: str) -> str:
    """Write a minimum or maximum of a field as the reader does."""
    if type_ in ("integer", "number") and re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", text):
        return number(float(text) if "." in text else int(text), lang)
    if type_ == "date":
        found = _parsed(text, "%Y-%m-%d" if format_ in ("default", "any") else format_)
        if found is not None:
            return day(found, lang)
    return text


def day(value: date, lang: str) -> str:
    """Write a date as the reader does."""
    return value.strftime(_DAYS[lang])


def _parsed(text: str, format_: str) -> date | None:
    try:
        return datetime.strptime(text, format_).date()  # noqa: DTZ007 - a day alone
    except ValueError:
        return None


def titled(name: str | None, params: Mapping[str, Any], lang: str) -> str | None:
    """Name a column as its file does, after the title that its schema gives it in the language."""
    if not name:
        return None
    before, after = _QUOTES[lang]
    labels = params.get("labels")
    told = labels.get(lang) if isinstance(labels, Mapping) else None
    title = str(told or params.get("title") or "").strip()
    if not title or _letters(title) == _letters(name):
        return f"{before}{name}{after}"
    return f"{before}{title}{after} ({name})"


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def example(type_: str, params: Mapping[str, Any]) -> str | None:
    """Write a value as the field expects it."""
    format_ = str(params.get("format") or "default")
    if type_ in _DEFAULTS:
        told = _DEFAULTS[type_] if format_ in ("default", "any") else format_
        return _EXAMPLE.strftime(told)
    if type_ == "number":
        mark = str(params.get("decimalChar", "."))
        group = str(params.get("groupChar", ""))
        return f"1{group}234{mark}5"
    return _FIXED.get(type_ if format_ == "default" else f"{type_}.{format_}")


def listed(values: Sequence[Any], lang: str, *, shown: int = LISTED) -> str:
    """List the first values, and say how many more there are."""
    left = len(values) - shown
    if left < 2:  # one more takes no more room than saying so
        return ", ".join(str(value) for value in values)
    text = ", ".join(str(value) for value in values[:shown])
    return str(_OF[lang]["more"]).format(listed=text, count=number(left, lang))


def either(values: str | Sequence[str], lang: str) -> str:
    """Name the values of which one is right."""
    return values if isinstance(values, str) else str(_OF[lang]["or"]).join(values)


def month_end(text: str, format_: str) -> date | None:
    """Give the last day of the month of a text that names a later one.

    The text is written in the format of its field or in a usual one.
    """
    told = "%Y-%m-%d" if format_ == "default" else format_
    for form in (told, *_USUAL_DATES):
        if sorted(re.findall(r"%(\w)", form)) != ["Y", "d", "m"]:
            continue
        shape = re.escape(form).replace("%d", r"(?P<d>\d{1,2})").replace("%m", r"(?P<m>\d{1,2})")
        found = re.fullmatch(shape.replace("%Y", r"(?P<Y>\d{4})"), text)
        if found is None:
            continue
        year, month, day_ = (int(found[name]) for name in ("Y", "m", "d"))
        if year and 1 <= month <= 12 and (last := monthrange(year, month)[1]) < day_ <= 31:
            return date(year, month, last)
    return None


_PART = re.compile(
    r"(?P<class>\\d|\[[^\]\\]+\])(?P<times>\{\d+(?:,\d*)?\}|\+)?"
    r"|(?P<text>(?:[\w @:,-]|\\[-./+:])+)(?![{+*?])"
)
_CLASSES = {
    r"\d": "digit", "[0-9]": "digit", "[A-Z]": "upper", "[a-z]": "lower", "[A-Za-z]": "letter",
    "[a-zA-Z]": "letter", "[A-Z0-9]": "upper-digit", "[0-9A-Z]": "upper-digit",
    "[a-z0-9]": "lower-digit", "[0-9a-z]": "lower-digit", "[A-Za-z0-9]": "letter-digit",
    "[a-zA-Z0-9]": "letter-digit", "[0-9A-Za-z]": "letter-digit",
}  # fmt: skip
_MOST_PARTS = 5


def form(pattern: str, lang: str) -> str:
    """Say a regular expression in words where it is a plain one, else give it as it is."""
    words = _OF[lang]
    parts: list[str] = []
    place = 0
    bare = pattern.removeprefix("^").removesuffix("$")
    while place < len(bare):
        found = _PART.match(bare, place)
        said = _part(found, words, lang) if found else None
        if found is None or said is None or len(parts) == _MOST_PARTS:
            return str(words["regex"]).format(pattern=pattern)
        parts.append(said)
        place = found.end()
    return str(words["then"]).join(parts)


def _part(found: re.Match[str], words: _Words, lang: str) -> str | None:
    if found["text"] is not None:
        before, after = _QUOTES[lang]
        return f"{before}{found['text'].replace(chr(92), '')}{after}"
    least, most = _times(found["times"])
    kind = _CLASSES.get(found["class"])
    if kind is None:
        signs = found["class"].strip("[]")
        if "-" in signs or "^" in signs or len(signs) > 4 or (least, most) != (1, 1):
            return None
        return str(words["or"]).join(signs)
    one, many = words[kind]
    noun = one if (most or least) == 1 else many
    if most is None:
        return f"{str(words['least']).format(a=least)} {noun}"
    count = str(least) if least == most else str(words["range"]).format(a=least, b=most)
    return f"{count} {noun}"


def _times(text: str | None) -> tuple[int, int | None]:
    if text is None:
        return 1, 1
    if text == "+":
        return 1, None
    least, comma, most = text.strip("{}").partition(",")
    return int(least), int(most) if most else None if comma else int(least)
