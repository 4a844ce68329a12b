"""A CSW 2.0.2 on loopback, as GeoNetwork and pycsw answer."""

import re
from typing import Any
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from tests.harvesters.portals import (
    Answer,
    Portal,
    Published,
    Request,
    file_answer,
    running,
)

_SPACES = (
    'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dct="http://purl.org/dc/terms/" xmlns:ows="http://www.opengis.net/ows"'
)


class CswPortal(Portal):
    """Records in Dublin Core; errors have status 200, and `nextRecord` never says 0."""

    protocol = "csw"
    sorts = True
    path = "/geonetwork/srv/eng/csw"

    def source(self, **changes: Any) -> Any:
        return super().source(**{"url": f"{self.url}{self.path}", **changes})

    def boast(self, body: bytes) -> bytes:
        return body.replace(b'numberOfRecordsMatched="2"', b'numberOfRecordsMatched="3"')

    def record(self, dataset: Published) -> str:
        file = f"{self.url}/files/{quote(dataset.id)}/tableau.csv"
        changes = "".join(
            value if value.startswith("<") else f"<dc:{key}>{escape(value)}</dc:{key}>"
            for key, value in dataset.changes.items()
        )
        return (
            f"<csw:Record><dc:identifier>{escape(dataset.id)}</dc:identifier>"
            f"<dc:title>{escape(dataset.title)}</dc:title><dc:type>dataset</dc:type>"
            f"<dct:abstract>Une couche.</dct:abstract><dc:subject>vélo</dc:subject>"
            f"<dct:modified>{dataset.modified}</dct:modified><dc:language>fre</dc:language>"
            f"<dc:publisher>{escape(dataset.publisher)}</dc:publisher>"
            "<dc:rights>CC BY 4.0</dc:rights>"
            f'<dc:URI protocol="WWW:DOWNLOAD-1.0-http--download" name="tableau.csv">{file}</dc:URI>'
            f'<dct:references scheme="WWW:DOWNLOAD">{file}</dct:references>{changes}</csw:Record>'
        )

    def respond(self, request: Request) -> Answer:
        if found := re.fullmatch(r"/files/([^/]+)/tableau\.csv", request.path):
            dataset = self.find(unquote(found.group(1)))
            if dataset is not None:
                return file_answer(request, dataset.csv)
        if request.path != self.path:
            return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")
        if request.get("REQUEST") != "GetRecords":
            return self.error("Missing keyword: REQUEST")
        if request.get("SORTBY") and not self.sorts:
            return self.error("Sorting is not supported")
        start, count = int(request.get("STARTPOSITION")) - 1, int(request.get("MAXRECORDS"))
        rows = self.datasets[start : start + count]
        body = (
            f'<?xml version="1.0"?><csw:GetRecordsResponse {_SPACES}><csw:SearchStatus/>'
            f'<csw:SearchResults numberOfRecordsMatched="{len(self.datasets)}" '
            f'numberOfRecordsReturned="{len(rows)}" nextRecord="1" elementSet="full">'
            + "".join(self.record(dataset) for dataset in rows)
            + "</csw:SearchResults></csw:GetRecordsResponse>"
        )
        return Answer(body.encode(), 200, "application/xml")

    def error(self, words: str) -> Answer:
        body = (
            '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception '
            f'exceptionCode="NoApplicableCode"><ows:ExceptionText>{words}</ows:ExceptionText>'
            "</ows:Exception></ows:ExceptionReport>"
        )
        return Answer(body.encode(), 200, "application/xml")


def csw_portal(datasets: list[Published]) -> Any:
    """Run a catalogue service."""
    return running(CswPortal(datasets))
