"""data.gouv.fr on loopback, in both versions of its API, and transport.data.gouv.fr beside it."""

import re
from typing import Any

from tests.harvesters.portals import (
    Answer,
    Portal,
    Published,
    Request,
    file_answer,
    json_answer,
    running,
)


class UdataPortal(Portal):
    """udata, version 1: the resources stand within their dataset."""

    protocol = "udata"
    version = 1
    most_rows = 100

    def body(self, dataset: Published) -> dict[str, Any]:
        moment = f"{dataset.modified}.123000+00:00"
        return {
            "id": dataset.id, "title": dataset.title, "slug": dataset.id.lower(), "acronym": None,
            "description": "Un jeu de données *ouvert*.", "created_at": "2025-01-01T00:00:00+00:00",
            "last_modified": moment, "last_update": moment, "deleted": None, "archived": None,
            "private": False, "featured": False, "tags": ["velo", "pistes-cyclables"],
            "frequency": "daily", "frequency_date": None, "license": "cc-by", "badges": [],
            "extras": {}, "metrics": {"views": 3}, "owner": None, "page": f"{self.url}/datasets/x/",
            "uri": f"{self.url}/api/1/datasets/{dataset.id}/", "temporal_coverage": None,
            "quality": {"score": 0.5}, "internal": {}, "contact_points": [], "harvest": None,
            "spatial": {"zones": ["fr:commune:59350"], "granularity": "other", "geom": None},
            "organization": {"id": "o", "name": dataset.publisher, "slug": "tournai",
                             "page": "x", "uri": "x", "logo": None, "badges": []},
            "community_resources": [], "resources": self.resources(dataset), **dataset.changes,
        }  # fmt: skip

    def resources(self, dataset: Published) -> Any:
        return [self.resource(dataset)]

    def resource(self, dataset: Published) -> dict[str, Any]:
        return {
            "id": f"r-{dataset.id}", "title": "Le tableau", "description": None, "filetype": "file",
            "type": "main", "format": "csv", "url": f"{self.url}/static/{dataset.id}/tableau.csv",
            "latest": f"{self.url}/api/1/datasets/r/r-{dataset.id}", "mime": "text/csv",
            "checksum": {"type": "sha1", "value": "00"}, "filesize": len(dataset.csv),
            "created_at": "2025-01-01T00:00:00+00:00", "metrics": {}, "harvest": None,
            "last_modified": f"{dataset.modified}+00:00", "preview_url": None, "internal": {},
            "extras": {"analysis:checksum": "x"},
            "schema": {"name": None, "version": None, "url": None},
        }  # fmt: skip

    def respond(self, request: Request) -> Answer:
        if found := re.fullmatch(r"/static/([^/]+)/tableau\.csv", request.path):
            dataset = self.find(found.group(1))
            if dataset is not None:
                return file_answer(request, dataset.csv)
        if request.path == f"/api/{self.version}/datasets/{'search/' if self.version == 2 else ''}":
            wanted = request.get("organization")
            rows = [d for d in self.datasets if not wanted or d.publisher == wanted]
            return self._page(request, [self.body(dataset) for dataset in rows])
        if found := re.fullmatch(r"/api/2/datasets/([^/]+)/resources/", request.path):
            dataset = self.find(found.group(1))
            if dataset is not None:
                return self._page(request, [self.resource(dataset)])
        return json_answer({"message": "Not found"}, 404)

    def _page(self, request: Request, rows: list[dict[str, Any]]) -> Answer:
        size = min(int(request.get("page_size", "20")), self.most_rows)
        number = int(request.get("page", "1"))
        if size < 1 or number < 1:
            return json_answer({"message": "Invalid page"}, 400)
        page = rows[(number - 1) * size : number * size]
        is_last = number * size >= len(rows)
        return json_answer({
            "data": page, "page": number, "page_size": size, "total": len(rows),
            "next_page": None if is_last else f"{self.url}{request.path}?page={number + 1}",
            "previous_page": None,
        })  # fmt: skip


class Udata2Portal(UdataPortal):
    """Version 2: the resources are a list of their own, codes are objects."""

    version = 2
    run_requests = 2

    def source(self, **changes: Any) -> Any:
        return super().source(**{"url": f"{self.url}/api/2", **changes})

    def body(self, dataset: Published) -> dict[str, Any]:
        codes = {"license": {"id": "cc-by"}, "frequency": {"id": "daily", "label": "Quotidienne"}}
        return {**super().body(dataset), **codes, **dataset.changes}

    def resources(self, dataset: Published) -> Any:
        href = f"{self.url}/api/2/datasets/{dataset.id}/resources/?page=1&page_size=50"
        return {"rel": "subsection", "href": href, "type": "GET", "total": 1}


class TransportPortal(UdataPortal):
    """The national access point: one answer with everything."""

    protocol = "transport-gouv"

    def body(self, dataset: Published) -> dict[str, Any]:
        moment = f"{dataset.modified}.123000Z"
        return {
            "datagouv_id": dataset.id, "id": dataset.id, "title": dataset.title, "slug": dataset.id,
            "created_at": "2025-01-01", "updated": moment, "licence": "cc-by", "aom": None,
            "page_url": f"{self.url}/datasets/{dataset.id}", "type": "public-transit", "tags": [],
            "covered_area": [{"type": "epci", "nom": "Lille Métropole", "insee": "200093201"}],
            "legal_owners": {"aoms": [], "company": None, "regions": []}, "sub_types": ["urban"],
            "publisher": {"name": dataset.publisher, "type": "organization"}, "offers": [],
            "community_resources": [],
            "resources": [{
                "id": 7, "datagouv_id": "r", "title": "Le tableau", "type": "main", "format": "csv",
                "url": f"{self.url}/resources/7/download", "filesize": len(dataset.csv),
                "original_url": f"{self.url}/static/{dataset.id}/tableau.csv", "updated": moment,
                "features": [], "modes": ["bus"], "metadata": {}, "is_available": True,
                "page_url": f"{self.url}/resources/7",
            }], **dataset.changes,
        }  # fmt: skip

    def respond(self, request: Request) -> Answer:
        if request.path == "/api/datasets":
            return json_answer([self.body(dataset) for dataset in self.datasets])
        return super().respond(request) if request.path.startswith("/static") else json_answer(
            {"error": "not found"}, 404
        )  # fmt: skip


def udata_1_portal(datasets: list[Published]) -> Any:
    """Run data.gouv.fr with version 1 of its API."""
    return running(UdataPortal(datasets))


def udata_2_portal(datasets: list[Published]) -> Any:
    """Run data.gouv.fr with version 2 of its API alone."""
    return running(Udata2Portal(datasets))


def transport_portal(datasets: list[Published]) -> Any:
    """Run transport.data.gouv.fr."""
    return running(TransportPortal(datasets))
