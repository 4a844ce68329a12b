"""Keeps the catalogues of texts in step with the code.

`python -m tests.house.translations [FILE.toml …]` adds the texts of the code that the catalogues
miss, drops those that it no longer says, and takes in the translations of the files:

    ["%(count)s row"]
    plural = "%(count)s rows"
    fr = ["%(count)s ligne", "%(count)s lignes"]
    nl = ["%(count)s rij", "%(count)s rijen"]

English is the text itself unless `en` says otherwise. Prints what is missing still.
"""

import fcntl
import io
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "portal" / "translations"
LANGUAGES = ("fr", "nl", "en")
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}


def extracted() -> set[str | tuple[str, ...]]:
    """Return every text of pages and code; a text with a plural as a tuple of both."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # babel's
    found = extract_from_dir(ROOT / "portal", methods, options, _KEYWORDS, directory_filter=_ours)
    return {text if isinstance(text, str) else tuple(text) for _, _, text, _, _ in found}


def _ours(folder: str) -> bool:
    return Path(folder).name not in ("node_modules", "static", "__pycache__")


def path(lang: str) -> Path:
    """Return the catalogue of a language."""
    return TRANSLATIONS / lang / "LC_MESSAGES" / "messages.po"


def catalogue(lang: str) -> Catalog:
    """Read the catalogue of a language."""
    with path(lang).open("rb") as file:
        return read_po(file, locale=lang)


def bring_in_step(given: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Rewrite the three catalogues; say what is missing, and what of `given` no text asks for."""
    texts = {text if isinstance(text, str) else text[0]: text for text in extracted()}
    yield from (f"no such text: {text!r}" for text in given if text not in texts)
    for lang in LANGUAGES:
        held = catalogue(lang)
        fresh = Catalog(locale=lang)
        # The plurals are those that the file states: Babel's own may change with its version.
        fresh.mime_headers = held.mime_headers
        for key, text in texts.items():
            known = held.get(key)
            known_text = known.string if known else ""
            own = text if lang == "en" else ""
            fresh.add(text, given.get(key, {}).get(lang) or known_text or own)
        _write(lang, fresh)
        yield from (f"{lang} misses {m.id!r}" for m in fresh if m.id and not _is_whole(m))


def _is_whole(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else message.string
    return all(strings or [""])


def _write(lang: str, fresh: Catalog) -> None:
    header, _, _ = path(lang).read_text(encoding="utf-8").partition("\n\n")
    body = io.BytesIO()
    write_po(body, fresh, width=100, no_location=True, sort_output=True, omit_header=True)
    path(lang).write_text(f"{header}\n\n{body.getvalue().decode()}", encoding="utf-8")
    with path(lang).with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, catalogue(lang))


if __name__ == "__main__":
    with (TRANSLATIONS.parent.parent / "babel.cfg").open(encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two who write at once would lose each other's texts
        told: dict[str, dict[str, Any]] = {}
        for name in sys.argv[1:]:
            told |= tomllib.loads(Path(name).read_text(encoding="utf-8"))
        sys.stdout.write("\n".join([*bring_in_step(told), "done"]) + "\n")
