"""The records of the HTTP client: how it behaves, what it knows of a file, what it brought."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec


def _user_agent() -> str:
    try:
        number = version("eurometropolis-data")
    except PackageNotFoundError:
        number = "dev"
    return f"EurometropolisData/{number} (+https://www.eurometropolis.eu)"


class FetchSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How patient, how greedy and how polite we are.

    A `page` is an answer of a portal's API, a `file` a dataset's. Deadlines hold for everything:
    queueing, retries, waiting as asked, redirects, body. `proxy` is the only proxy ever used
    (the environment's are ignored); `ca_bundle` a file of certificates to trust instead.
    """

    user_agent: str = msgspec.field(default_factory=_user_agent)
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    page_deadline_s: float = 300.0
    file_deadline_s: float = 3600.0
    max_page_bytes: int = 50 << 20
    max_file_bytes: int = 1 << 30
    min_interval_s: float = 0.2
    retry_count: int = 3
    backoff_first_s: float = 1.0
    longest_wait_s: float = 120.0
    proxy: str | None = None
    ca_bundle: str | None = None


class Validators(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What tells whether a file is still the one we have."""

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None


class Download(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that came, or the word that it did not change (then `path` is None).

    `path` is a temporary file in the folder that was given; the caller moves or deletes it.
    `url` is where it came from in the end, redacted. `sha256` and `size_bytes` are those of the
    bytes in `path`, after any Content-Encoding was undone.
    """

    url: str
    path: Path | None
    is_unchanged: bool
    sha256: str | None
    size_bytes: int
    file_name: str
    content_type: str | None
    validators: Validators


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer of a portal that was read whole; `url` is where it came from in the end."""

    url: str
    content: bytes
    content_type: str | None
