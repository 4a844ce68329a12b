"""An ArcGIS FeatureServer on loopback, and a web server with plain files beside it."""

import re
from datetime import datetime
from typing import Any

from tests.harvesters.ogc_portal import FeaturesPortal
from tests.harvesters.portals import (
    Answer,
    Portal,
    Published,
    Request,
    file_answer,
    json_answer,
    running,
)


class ArcgisPortal(FeaturesPortal):
    """A service with a layer for each dataset; errors have status 200, pages are cut short."""

    protocol = "arcgis"
    format = "arcgis"
    run_requests = 2
    is_deep = True
    most_rows = 2000
    matched: int | None = None
    service = "/arcgis/rest/services/mobilite/FeatureServer"

    def source(self, **changes: Any) -> Any:
        first = self.datasets[0].publisher if self.datasets else None
        return super().source(
            **{"url": f"{self.url}{self.service}", "publisher": first, **changes}
        )  # fmt: skip

    def layer(self, number: int, dataset: Published) -> dict[str, Any]:
        names = dataset.csv.decode().splitlines()[0].split(";")
        moment = datetime.fromisoformat(f"{dataset.modified}+00:00").timestamp()
        kinds = {"maj": "esriFieldTypeDate"}
        return {
            "currentVersion": 11.4, "id": number, "name": dataset.title, "type": "Feature Layer",
            "description": "Une couche.", "copyrightText": "CC BY 4.0", "maxRecordCount": 2000,
            "geometryType": "esriGeometryPoint", "objectIdField": "OBJECTID", "hasZ": False,
            "supportsStatistics": True, "supportedQueryFormats": "JSON, geoJSON, PBF",
            "editingInfo": {"lastEditDate": moment * 1000},
            "fields": [
                {"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
                *({"name": name, "alias": name.title(),
                   "type": kinds.get(name, "esriFieldTypeString")} for name in names),
            ], **dataset.changes,
        }  # fmt: skip

    def respond(self, request: Request) -> Answer:
        found = re.fullmatch(rf"{self.service}(?:/(\d+)(/query)?)?", request.path)
        if found is None:
            return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")
        if found.group(1) is None:
            layers = [{"id": n, "name": d.title} for n, d in enumerate(self.datasets)]
            return json_answer({"currentVersion": 11.4, "layers": layers, "tables": []})
        number = int(found.group(1))
        if number >= len(self.datasets):
            return json_answer({"error": {"code": 400, "message": "Invalid URL", "details": []}})
        if found.group(2) is None:
            return json_answer(self.layer(number, self.datasets[number]))
        return self._query(request, self.datasets[number])

    def _query(self, request: Request, dataset: Published) -> Answer:
        if request.get("where") != "1=1":
            error = {"code": 400, "message": "Invalid query", "details": ["'where' is missing"]}
            return json_answer({"error": error})
        rows = self.rows(dataset)
        if request.get("returnCountOnly"):
            return json_answer({"count": len(rows) if self.matched is None else self.matched})
        start, count = int(request.get("resultOffset", "0")), self.most_rows
        page = rows[start : start + min(count, int(request.get("resultRecordCount", "2000")))]
        found = []
        for number, row in enumerate(page, start=start + 1):
            told: dict[str, Any] = {"OBJECTID": number, **row}
            if "maj" in told:
                told["maj"] = int(told["maj"])
            found.append({**self.feature(number, {}), "id": number, "properties": told})
        body: dict[str, Any] = {"type": "FeatureCollection", "features": found}
        if start + len(page) < len(rows):
            body["properties"] = {"exceededTransferLimit": True}
        return json_answer(body)


class FilePortal(Portal):
    """A web server with a file for each dataset; its source is the first."""

    protocol = "file"
    is_one_dataset = True
    has_record = False

    def source(self, **changes: Any) -> Any:
        first = self.datasets[0] if self.datasets else Published(id="none", title="", csv=b"")
        values = {
            "url": f"{self.url}/{first.id}/tableau.csv", "title": {"fr": first.title},
            "publisher": first.publisher, "licence": "cc-by-4.0",
        }  # fmt: skip
        return super().source(**{**values, **changes})

    def respond(self, request: Request) -> Answer:
        dataset = self.find(request.path.strip("/").partition("/")[0])
        if dataset is None or not request.path.endswith("/tableau.csv"):
            return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")
        moment = datetime.fromisoformat(f"{dataset.modified}+00:00").timestamp()
        return file_answer(request, dataset.csv, "text/csv", moment)


def arcgis_portal(datasets: list[Published]) -> Any:
    """Run a FeatureServer."""
    return running(ArcgisPortal(datasets))


def file_portal(datasets: list[Published]) -> Any:
    """Run a server of plain files."""
    return running(FilePortal(datasets))
