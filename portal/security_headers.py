"""Sets the headers that keep pages safe: a strict Content-Security-Policy without a nonce, and its
companions.

Without a nonce a page is the same bytes for everyone, so that it can be validated with an ETag. The
one origin besides our own is that of the map tiles, where the settings name some.
"""

from flask import Flask, Response

from portal.framing import may_be_framed
from portal.settings import Settings

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


# Tiles are fetched by the map's worker and shown as pictures.
_TILES = ("img-src", "connect-src")


def policy(settings: Settings, *, frame_ancestors: str = POLICY["frame-ancestors"]) -> str:
    """Return the Content-Security-Policy of an installation."""
    tiles = settings.map.tiles_origin
    stated = POLICY | {"frame-ancestors": frame_ancestors}
    return "; ".join(
        f"{name} {value} {tiles}" if tiles and name in _TILES else f"{name} {value}"
        for name, value in stated.items()
    )


def init_app(app: Flask, settings: Settings) -> None:
    """Put the headers on every response of the app, errors too."""
    own = policy(settings)
    framed = policy(settings, frame_ancestors="*")

    def add(response: Response) -> Response:
        stated = framed if may_be_framed() else own
        response.headers.setdefault("Content-Security-Policy", stated)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    app.after_request(add)
