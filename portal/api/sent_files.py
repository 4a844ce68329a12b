"""The file that a request carries: its whole body, or the part `file` of a form."""

from typing import IO

from flask import request

from portal.errors import Refusal

_FORM_BYTES = 100_000


def sent_file(filename: str, *, most_bytes: int) -> tuple[IO[bytes], str]:
    """Return the file and its name, which `filename` gives to a body. Raises Refusal."""
    request.max_content_length = most_bytes + _FORM_BYTES
    if request.mimetype == "multipart/form-data":
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Refusal(400, "check-nothing")
        return upload.stream, filename or upload.filename
    if not filename:
        raise Refusal(400, "parameter-missing", name="filename")
    return request.stream, filename
