"""Cleans the words of portals: languages, markup, dates, links.

Each function takes what a portal wrote and returns what it meant, or None where that cannot be
known; deciding whether None is worth an issue is the caller's.
"""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

_LANGUAGES = {
    "fra": "fr", "fre": "fr", "french": "fr", "francais": "fr", "français": "fr",
    "nld": "nl", "dut": "nl", "dutch": "nl", "nederlands": "nl", "vls": "nl",
    "eng": "en", "english": "en", "deu": "de", "ger": "de", "german": "de", "deutsch": "de",
}  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2}")
_DRUPAL_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s*-\s*(\d{1,2}):(\d{2}))?\s*$")
_HERE = ZoneInfo("Europe/Brussels")
_BLOCKS = frozenset({
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "section", "article",
    "h1", "h2", "h3", "h4", "h5", "h6",
})  # fmt: skip
_MARKUP = re.compile(r"</?[a-z][^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]+);", re.I)


def language(tag: str | None) -> str | None:
    """Return the two-letter code of a language tag, name or EU authority link.

    >>> language("fr_BE"), language("http://publications.europa.eu/resource/authority/language/NLD")
    ('fr', 'nl')
    """
    word = (tag or "").strip().casefold().rstrip("/").rpartition("/")[2]
    stem = re.split(r"[-_]", word)[0]
    stem = _LANGUAGES.get(stem, stem)
    return stem if _LANGUAGE.fullmatch(stem) else None


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        if tag in _BLOCKS:
            self.parts.append("\n" if tag in ("br", "li", "tr") else "\n\n")
        if tag == "li":
            self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = max(self._hidden - 1, 0)
        if tag in _BLOCKS and tag not in ("br", "li", "tr"):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def plain(text: str) -> str:
    """Return a text without HTML and with ordinary spaces; paragraphs stay apart.

    >>> plain("<p>Liste&nbsp;des v&eacute;los</p><p>à <b>Lille</b></p>")
    'Liste des vélos\\n\\nà Lille'
    """
    if _MARKUP.search(text):
        parser = _Text()
        parser.feed(text)
        parser.close()
        text = "".join(parser.parts)
    text = "".join(char for char in text if char in "\n\t" or char.isprintable() or char.isspace())
    text = re.sub(r"[^\S\n]+", " ", text.replace("\r\n", "\n"))
    return re.sub(r" ?\n ?", "\n", re.sub(r"\n\s*\n\s*", "\n\n", text)).strip()


def texts(value: Any, default_language: str = "und") -> dict[str, str]:
    """Return a text in its languages from a plain string or a mapping of language to text.

    >>> texts({"fr-BE": "Écoles", "nl": "Scholen", "en": ""})
    {'fr': 'Écoles', 'nl': 'Scholen'}
    """
    if isinstance(value, str):
        cleaned = plain(value)
        return {default_language: cleaned} if cleaned else {}
    found: dict[str, str] = {}
    if isinstance(value, dict):
        for tag, text in value.items():
            if isinstance(text, str) and (cleaned := plain(text)):
                found.setdefault(language(str(tag)) or "und", cleaned)
    return found


def moment(text: str, *, zone: ZoneInfo | None = None) -> str | None:
    """Return an ISO 8601 date, or a moment in UTC with a final Z, from what portals write.

    A moment without offset is in UTC unless `zone` says otherwise (CKAN and Opendatasoft mean
    UTC). French Drupal portals write "Date changed  jeu, 19/12/2019 - 03:00" in local time.

    >>> moment("2019-09-30 22:00:00"), moment("2021"), moment("mar, 10/12/2019 - 09:23")
    ('2019-09-30T22:00:00Z', None, '2019-12-10T08:23:00Z')
    """
    text = text.strip()
    try:
        if len(text) == 10:
            return date.fromisoformat(text).isoformat()
        found = datetime.fromisoformat(text)
        if len(text) < 10:
            return None
    except ValueError:
        drupal = _DRUPAL_DATE.search(text)
        if drupal is None:
            return None
        day, month, year, hour, minute = (int(group or 0) for group in drupal.groups())
        try:
            found = datetime(year, month, day, hour, minute, tzinfo=_HERE)
        except ValueError:
            return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone or UTC)
    return found.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def epoch(value: Any) -> str | None:
    """Return a moment in UTC from seconds or milliseconds since 1970.

    >>> epoch(1791299410), epoch(1791299410123), epoch(True), epoch("x")
    ('2026-10-06T15:10:10Z', '2026-10-06T15:10:10Z', None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**43:
        return None
    seconds = value / 1000 if value > 1e11 else value
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


def link(text: str, base: str = "") -> str | None:
    """Return an absolute http(s) URL fit for RDF, or None.

    Portals leave spaces and accents in, and write two addresses in one field: the first counts.

    >>> link(" https://data.example.be/été 2024.csv "), link("odsfile://x.pdf")
    ('https://data.example.be/%C3%A9t%C3%A9%202024.csv', None)
    """
    text = re.split(r"[\s,;|]+(?=https?://)", text.strip())[0]
    try:
        parts = urlsplit(urljoin(base, text))
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    url: str = urlunsplit(
        (
            parts.scheme.lower(),
            parts.netloc,
            quote(parts.path, safe="/%:@!$&'()*+,;=~"),
            quote(parts.query, safe="/%:@!$&'()*+,;=~?"),
            quote(parts.fragment, safe="/%:@!$&'()*+,;=~?"),
        )
    )
    return url
