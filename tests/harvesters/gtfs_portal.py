"""A web server with timetables in GTFS, each a zip of tables."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from tests.harvesters.portals import Answer, Portal, Published, Request, file_answer, running


def zipped(members: dict[str, str | bytes]) -> bytes:
    """Return a zip whose bytes depend on its members alone."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return content.getvalue()


class GtfsPortal(Portal):
    """One archive for each dataset; the source is the first. `members` adds tables to it."""

    protocol = "gtfs"
    format = "gtfs"
    ending = ".zip"
    is_one_dataset = True
    members: Mapping[str, str | bytes] = MappingProxyType({})

    def source(self, **changes: Any) -> Any:
        first = self.datasets[0].id if self.datasets else "none"
        title = {"title": {"fr": self.datasets[0].title}} if self.datasets else {}
        values = {"url": f"{self.url}/{first}/gtfs.zip", "licence": "cc-by-4.0", **title}
        return super().source(**{**values, **changes})

    def delivered(self, dataset: Published) -> bytes:
        more = "".join(f",{key}" for key in dataset.changes)
        values = "".join(f",{value}" for value in dataset.changes.values())
        return zipped({
            "stops.txt": b"\xef\xbb\xbf" + dataset.csv.replace(b";", b","),
            "agency.txt": f"agency_id,agency_name,agency_timezone\n1,{dataset.publisher},E/B\n",
            "feed_info.txt": f"feed_lang,feed_version{more}\nfr,20260101{values}\n",
            **self.members,
        })  # fmt: skip

    def respond(self, request: Request) -> Answer:
        dataset = self.find(request.path.strip("/").partition("/")[0])
        if dataset is None or not request.path.endswith("/gtfs.zip"):
            return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")
        moment = datetime.fromisoformat(f"{dataset.modified}+00:00").timestamp()
        return file_answer(request, self.delivered(dataset), "application/zip", moment)


def gtfs_portal(datasets: list[Published]) -> Any:
    """Run a server of timetables."""
    return running(GtfsPortal(datasets))
