"""A web server on loopback that gives back files as they are: for replies that were recorded."""

from contextlib import AbstractContextManager
from typing import Any

from tests.harvesters.portals import Answer, Portal, Request, running


class FilesPortal(Portal):
    """Serve bytes by their path; `{base}` in a text stands for the server's own address."""

    def __init__(self, files: dict[str, bytes | str | Answer], protocol: str) -> None:
        super().__init__([])
        self.files = files
        self.protocol = protocol

    def respond(self, request: Request) -> Answer:
        found = self.files.get(request.path)
        if isinstance(found, Answer):
            return found
        if isinstance(found, str):
            return Answer(found.replace("{base}", self.url).encode())
        if found is not None:
            return Answer(found)
        return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")


def files_portal(
    files: dict[str, bytes | str | Answer], protocol: str = ""
) -> AbstractContextManager[Any]:
    """Run a server of files: `with files_portal({"/gbfs.json": "…"}) as portal`."""
    return running(FilesPortal(files, protocol))
