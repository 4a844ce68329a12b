"""A Sensor Web API of 52°North on loopback, after what IRCELINE answered in 2019."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.harvesters.portals import Answer, Portal, Published, Request, json_answer, running

_STATION_ID = 1720


class SensorWebPortal(Portal):
    """A service for each dataset; the rows of its CSV are stations, each with one series.

    `values` are the measurements, by the id of their series; without, each has one of the moment at
    which the dataset was modified.
    """

    protocol = "sensor-web"
    format = "sensor-web"
    run_requests = 3
    is_deep = True
    tells_last = True
    is_keyed = True
    values: dict[str, dict[str, Any]] | None = None

    def source(self, **changes: Any) -> Any:
        first = self.datasets[0].publisher if self.datasets else None
        return super().source(
            **{"url": f"{self.url}/sos/api/v1", "publisher": first, "licence": "cc-by-4.0",
               **changes}
        )  # fmt: skip

    def rows(self, dataset: Published) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(dataset.csv.decode()), delimiter=";"))

    def series_of(self, dataset: Published) -> dict[str, dict[str, Any]]:
        """Return the values of each series by their moments."""
        if self.values is not None:
            return self.values
        last = f"{dataset.modified}Z"
        return {str(10744 + n): {last: 18.5} for n, _ in enumerate(self.rows(dataset))}

    def delivered(self, dataset: Published) -> bytes:
        rows = self.rows(dataset)
        names = list(rows[0])
        head = "station_id,station_code,name,longitude,latitude,phenomena," + ",".join(names)
        lines = [
            f"{_STATION_ID + n},42R80{n},Antwerpen (Noord),4.428454,51.228629,"
            f"Particulate Matter < 2.5 µm,{','.join(row.values())}"
            for n, row in enumerate(rows)
        ]
        return "\n".join([head, *lines, ""]).encode()

    def station(self, number: int, row: dict[str, str]) -> dict[str, Any]:
        return {
            "properties": {
                "id": _STATION_ID + number, "label": f"42R80{number} - Antwerpen (Noord)",
                "timeseries": {str(10744 + number): self.parameters(number)}, **row,
            },
            "geometry": {"type": "Point", "coordinates": [4.428454, 51.228629, "NaN"]},
            "type": "Feature",
        }  # fmt: skip

    def parameters(self, number: int) -> dict[str, Any]:
        phenomenon = {"id": "6001", "label": "Particulate Matter < 2.5 µm"}
        station = {"id": str(_STATION_ID + number), "label": f"42R80{number} - Antwerpen (Noord)"}
        return {"phenomenon": phenomenon, "category": phenomenon, "feature": station}

    def one(self, series_id: str, values: dict[str, Any]) -> dict[str, Any]:
        number = int(series_id) - 10744
        last = max(values, default=None)
        told = {"timestamp": _stamp(last), "value": values[last]} if last else None
        return {
            "id": series_id, "label": "PM2.5", "uom": "µg/m³",
            "station": {"properties": {"id": _STATION_ID + number}},
            "parameters": self.parameters(number),
            **({"lastValue": told} if self.tells_last else {}),
        }  # fmt: skip

    def respond(self, request: Request) -> Answer:
        found = re.fullmatch(
            r"/sos/api/v1/(services|stations|timeseries)(?:/(\d+)/getData)?", request.path
        )
        if found is None:
            return json_answer({"reason": "Not Found", "statusCode": 404}, 404)
        kind, series_id = found.groups()
        if kind == "services":
            return json_answer([self.service(dataset) for dataset in self.datasets])
        dataset = self.find(request.get("service")) if series_id is None else self.datasets[0]
        if dataset is None:
            return json_answer([])
        if kind == "stations":
            rows = self.rows(dataset)
            turned = list(enumerate(rows))[:: 1 if len(self.requests) % 2 else -1]
            return json_answer([self.station(number, row) for number, row in turned])
        known = self.series_of(dataset)
        if series_id is None:
            is_asked = request.get("force_latest_values") == "true"
            found_series = [self.one(name, values) for name, values in known.items()]
            return json_answer(
                found_series if is_asked else [{**s, "lastValue": None} for s in found_series]
            )
        return self.data(series_id, known.get(series_id, {}), request.get("timespan"))

    def service(self, dataset: Published) -> dict[str, Any]:
        return {
            "id": dataset.id, "label": dataset.title, "version": "1.0.0", "type": "Thin DB access",
            "serviceUrl": f"{self.url}/sos", "supportsFirstLatest": True,
            "quantities": {"stations": len(self.rows(dataset))}, **dataset.changes,
        }  # fmt: skip

    def data(self, series_id: str, values: dict[str, Any], timespan: str) -> Answer:
        start, end = (datetime.fromisoformat(part) for part in timespan.split("/"))
        if end - start > timedelta(days=366):
            return json_answer({"reason": "Bad Request", "userMessage": "too long"}, 400)
        listed = [
            {"timestamp": _stamp(moment), "value": value}
            for moment, value in values.items()
            if start <= datetime.fromisoformat(moment) <= end
        ]
        body = {"values": listed}
        return json_answer({series_id: body} if self.is_keyed else body)


def _stamp(moment: str) -> int:
    return int(datetime.fromisoformat(moment).astimezone(UTC).timestamp() * 1000)


def sensor_web_portal(datasets: list[Published]) -> Any:
    """Run a Sensor Web API."""
    return running(SensorWebPortal(datasets))
