"""A Data Fair on loopback, after its documentation and the fields that its API lists."""

import csv
import io
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

_API = "/data-fair/api/v1"


class DataFairPortal(Portal):
    """`has_file` is False where datasets are edited in place: then there are lines only."""

    protocol = "data-fair"
    has_file = True
    most_lines = 10_000
    count: int | None = None

    def entry(self, dataset: Published) -> dict[str, Any]:
        names = dataset.csv.decode("utf-8-sig").splitlines()[0].split(";")
        columns = [{"key": n, "type": "string", "title": n.title(), "x-originalName": n}
                   for n in names]  # fmt: skip
        file = {"name": "tableau.csv", "size": len(dataset.csv), "mimetype": "text/csv"}
        return {
            "id": dataset.id, "slug": dataset.id, "title": dataset.title, "status": "finalized",
            "description": "Un jeu de *données*.", "keywords": ["vélo"], "visibility": "public",
            "topics": [{"id": "t1", "title": "Mobilité", "color": "#000"}],
            "count": dataset.row_count,
            "owner": {"type": "organization", "id": "o1", "name": dataset.publisher},
            "license": {"title": "CC BY 4.0", "href": ""},
            "schema": [*columns, {"key": "_i", "type": "integer", "x-calculated": True}],
            "createdAt": "2025-01-01T00:00:00.000Z", "updatedAt": f"{dataset.modified}.000Z",
            "dataUpdatedAt": f"{dataset.modified}.000Z", "createdBy": {"id": "u", "name": "Jeanne"},
            "page": f"{self.url}/datasets/{dataset.id}", "isMetaOnly": False,
            **({"originalFile": file, "file": file} if self.has_file else {"isRest": True}),
            **dataset.changes,
        }  # fmt: skip

    def respond(self, request: Request) -> Answer:
        if request.path == f"{_API}/catalog/datasets":
            size, page = min(int(request.get("size", "12")), 100), int(request.get("page", "1"))
            found = sorted(self.datasets, key=lambda dataset: dataset.id)
            rows = [self.entry(d) for d in found[(page - 1) * size : page * size]]
            return json_answer({"count": len(found), "results": rows, "facets": {}})
        found_path = re.fullmatch(rf"{_API}/datasets/([^/]+)/(raw|lines)", request.path)
        dataset = self.find(found_path.group(1)) if found_path else None
        if dataset is None or found_path is None:
            return Answer(b"Not Found", 404, "text/plain")
        if found_path.group(2) == "raw":
            return file_answer(request, dataset.csv)
        return self.lines(request, dataset)

    def lines(self, request: Request, dataset: Published) -> Answer:
        rows = list(csv.DictReader(io.StringIO(dataset.csv.decode()), delimiter=";"))
        start = int(request.get("after", "0"))
        size = min(int(request.get("size", "12")), self.most_lines)
        page = [{**row, "_i": start + n} for n, row in enumerate(rows[start : start + size])]
        total = len(rows) if self.count is None else self.count
        body: dict[str, Any] = {"total": total, "results": page}
        if start + size < len(rows):
            body["next"] = f"{self.url}{request.path}?size={size}&after={start + size}"
        return json_answer(body)


class LinesPortal(DataFairPortal):
    has_file = False
    format = "data-fair"

    def delivered(self, dataset: Published) -> bytes:
        return dataset.csv.replace(b";", b",")


def data_fair_portal(datasets: list[Published]) -> Any:
    """Run a Data Fair whose datasets came as files."""
    return running(DataFairPortal(datasets))


def lines_portal(datasets: list[Published]) -> Any:
    """Run a Data Fair whose datasets are edited in place."""
    return running(LinesPortal(datasets))
