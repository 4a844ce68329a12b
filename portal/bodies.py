"""Bounds what a request may carry: a body is whole or refused with 413, never cut short.

A chunked body states no length. Werkzeug bounds it all the same, but hands over what fits as if
that were all (3.1, LimitedStream.readall); here that is refused too.
"""

from typing import IO, cast

from flask import Flask, Request
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream

# No form and no JSON of ours is larger.
MAX_BODY_BYTES = 2_000_000
MAX_FORM_FIELD_BYTES = 500_000
MAX_FORM_PARTS = 50


class _WholeStream(LimitedStream):
    """Refuses a body that reaches its limit, however it is read."""

    def readall(self) -> bytes:
        data = super().readall()
        if self.is_exhausted:
            self.on_exhausted()
        return data


class BoundedRequest(Request):
    """A request whose body is read whole or refused."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """Return the body; as Werkzeug does where its length is stated."""
        limit = self.max_content_length
        is_chunked = self.content_length is None and "wsgi.input_terminated" in self.environ
        if is_chunked and limit is not None:
            whole = _WholeStream(self.environ["wsgi.input"], limit, is_max=True)
            return cast(IO[bytes], whole)
        return super().stream


def init_app(app: Flask) -> None:
    """Bound the bodies of every request of an application."""
    app.request_class = BoundedRequest
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_FIELD_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
    )
