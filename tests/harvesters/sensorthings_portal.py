"""A SensorThings server on loopback, after FROST: short pages, relative links, intervals."""

import csv
import io
import re
from typing import Any

from tests.harvesters.portals import Answer, Portal, Published, Request, json_answer, running


class SensorThingsPortal(Portal):
    """The server's only dataset: the rows of its CSV are things, each with one datastream.

    `values` are the observations by the id of their datastream; without, each has one, of the
    moment at which the dataset was modified.
    """

    protocol = "sensorthings"
    format = "sensorthings"
    run_requests = 3
    is_one_dataset = True
    tells_time = True
    most_rows = 100
    kind = "OM_Measurement"
    values: dict[int, dict[str, Any]] | None = None
    service = "/FROST-Server/v1.1"

    def source(self, **changes: Any) -> Any:
        first = self.datasets[0]
        return super().source(
            **{"url": f"{self.url}{self.service}", "publisher": first.publisher,
               "title": {"fr": first.title}, "licence": "cc-by-4.0", **changes}
        )  # fmt: skip

    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.datasets[0].csv.decode()), delimiter=";"))

    def observed(self) -> dict[int, dict[str, Any]]:
        if self.values is not None:
            return self.values
        return {n: {f"{self.datasets[0].modified}Z": 18.5} for n, _ in enumerate(self.rows())}

    def delivered(self, dataset: Published) -> bytes:
        rows = list(csv.DictReader(io.StringIO(dataset.csv.decode()), delimiter=";"))
        head = "thing_id,name,longitude,latitude," + ",".join(rows[0])
        lines = [f"{n},Boîte {n},3.06,50.63,{','.join(row.values())}" for n, row in enumerate(rows)]
        return "\n".join([head, *lines, ""]).encode()

    def respond(self, request: Request) -> Answer:
        if request.path == self.service:
            sets = [{"name": n, "url": f"{self.url}{self.service}/{n}"}
                    for n in ("Things", "Locations", "Datastreams", "Observations")]  # fmt: skip
            return json_answer({"value": sets, "serverSettings": {}, **self.datasets[0].changes})
        found = re.fullmatch(rf"{self.service}/(\w+)(?:\((\d+)\)/Observations)?", request.path)
        kind = found.group(1) if found else ""
        if found is None or kind not in ("Things", "Datastreams"):
            return json_answer({"code": 404, "type": "error", "message": "Not Found"}, 404)
        if found.group(2):
            return self.page(request, self.observations(int(found.group(2)), request))
        rows = self.rows()
        listed = [self.thing(n, row) for n, row in enumerate(rows)]
        if kind == "Datastreams":
            listed = [self.datastream(n, values) for n, values in self.observed().items()]
        return self.page(request, listed[:: 1 if len(self.requests) % 2 else -1])

    def page(self, request: Request, listed: list[dict[str, Any]]) -> Answer:
        top = min(int(request.get("$top", "100")), self.most_rows)
        skip = int(request.get("$skip", "0"))
        body: dict[str, Any] = {"@iot.count": len(listed), "value": listed[skip : skip + top]}
        if skip + top < len(listed):
            query = "&".join(f"{k}={v}" for k, v in request.query if k != "$skip")
            body["@iot.nextLink"] = f"{request.path}?{query}&$skip={skip + top}".replace(" ", "%20")
        return json_answer(body)

    def thing(self, number: int, row: dict[str, str]) -> dict[str, Any]:
        point = {"type": "Point", "coordinates": [3.06, 50.63]}
        return {
            "@iot.id": number, "name": f"Boîte {number}", "description": "", "properties": row,
            "Locations": [{"name": "ici", "location": point}],
        }  # fmt: skip

    def datastream(self, number: int, values: dict[str, Any]) -> dict[str, Any]:
        time = f"{min(values)}/{max(values)}" if values else None
        return {
            "@iot.id": number, "name": f"NO2 {number}", "description": "",
            "observationType": f"http://www.opengis.net/def/observationType/OGC-OM/2.0/{self.kind}",
            "unitOfMeasurement": {"name": "microgram", "symbol": "µg/m³", "definition": ""},
            "Thing": {"@iot.id": number}, "ObservedProperty": {"@iot.id": 1, "name": "NO2"},
            **({"phenomenonTime": time} if self.tells_time else {}),
        }  # fmt: skip

    def observations(self, number: int, request: Request) -> list[dict[str, Any]]:
        start = request.get("$filter").removeprefix("phenomenonTime ge ")
        return [
            {"phenomenonTime": moment, "result": value}
            for moment, value in sorted(self.observed().get(number, {}).items())
            if moment >= start
        ]


def sensorthings_portal(datasets: list[Published]) -> Any:
    """Run a SensorThings server."""
    return running(SensorThingsPortal(datasets))
