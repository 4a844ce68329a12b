"""Every setting of the platform, read from one TOML file; an unknown key is refused by its path."""

import os
import re
import tomllib
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from catalogue.errors import SettingsError

DATA_VARIABLE = "EUROMETROPOLIS_DATA"
FILE_NAME = "settings.toml"


class SandboxSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What SQL of an anonymous and of a signed-in caller may take."""

    workers: int | None = None
    memory_mb: int = 1024
    deadline_s: float = 10.0
    signed_in_deadline_s: float = 60.0
    queue_wait_s: float = 2.0
    max_sql_bytes: int = 50_000
    max_json_rows: int = 10_000
    max_result_bytes: int = 1_000_000_000


class MapSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A background of the operator's choice under the maps; without one, others are asked nothing.

    `tiles_url` is the address of raster tiles with `{z}`, `{x}` and `{y}`; readers' browsers fetch
    them from there, so that their operator sees who reads. `attribution` is the line that the tiles
    ask for, as plain text, and `attribution_url` what it links to.
    """

    tiles_url: str | None = None
    attribution: str | None = None
    attribution_url: str | None = None

    def __post_init__(self) -> None:
        url = self.tiles_url
        if url is not None and not _is_tiles_url(url):
            raise ValueError("tiles_url must be an https address with {z}, {x} and {y}")
        if url is not None and not self.attribution:
            raise ValueError("attribution must say whose tiles are shown")
        if self.attribution_url is not None and not _is_web_url(self.attribution_url):
            raise ValueError("attribution_url must be an https address")

    @property
    def tiles_origin(self) -> str | None:
        """Return the one origin that the tiles come from."""
        if self.tiles_url is None:
            return None
        parts = urlsplit(self.tiles_url)
        return f"{parts.scheme}://{parts.netloc}"


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where webhooks of users may lead. `trusted_network` lets them reach private and loopback
    addresses, and without TLS: for an installation whose users may reach all of its network.
    """

    trusted_network: bool = False


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The server that takes our mail; without a host none is sent. `sender` is the address that it
    comes from, with or without a name before it.
    """

    host: str | None = None
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = None
    sender: str = ""

    def __post_init__(self) -> None:
        if self.host is not None and "@" not in parseaddr(self.sender)[1]:
            raise ValueError("sender must be the address that mail comes from")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one installation; the defaults run it on one machine with nothing else.

    `base_url` is the public address without a final slash; None takes it from each request. `data`
    comes from the command line or the environment, never from the file that lies in it.
    """

    data: Path = Path("data")
    base_url: str | None = None
    contact_url: str | None = None
    database_url: str | None = None
    jobs_database_url: str | None = None
    sources: Path | None = None
    session_hours: float = 12.0
    trusted_proxy_count: int = 0
    sandbox: SandboxSettings = SandboxSettings()
    map: MapSettings = MapSettings()
    webhooks: WebhookSettings = WebhookSettings()
    mail: MailSettings = MailSettings()

    @property
    def is_mail_sent(self) -> bool:
        """Tell whether mail can be sent: links in it need the public address."""
        return self.mail.host is not None and self.base_url is not None


def load_settings(data: Path | None = None) -> Settings:
    """Read `settings.toml` of the data folder, where there is one.

    `data` None takes the folder from EUROMETROPOLIS_DATA, else `data/`. Raises SettingsError with
    the path of the faulty key.
    """
    folder = data or Path(os.environ.get(DATA_VARIABLE) or "data")
    file = folder / FILE_NAME
    if not file.is_file():
        return Settings(data=folder)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        if isinstance(values.get("sources"), str):
            values["sources"] = str(folder / values["sources"])
        return msgspec.convert({**values, "data": str(folder)}, Settings, dec_hook=_decode)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise SettingsError("settings-invalid", file=FILE_NAME, reason=str(error)) from error


# The origin goes into a header: nothing that ends a directive, no pattern for several hosts.
_ORIGIN = re.compile(
    r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?"
)


def _is_web_url(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_ORIGIN.fullmatch(f"{parts.scheme}://{parts.netloc}"))


def _is_tiles_url(url: str) -> bool:
    return _is_web_url(url) and all(f"{{{name}}}" in url for name in "zxy")


def _decode(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind)
