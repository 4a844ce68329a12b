"""A GBFS system on loopback, in versions 2.3 and 3.0, after the specification and real feeds."""

import csv
import io
from datetime import datetime
from typing import Any

from tests.harvesters.portals import Answer, Portal, Published, Request, json_answer, running

_FEEDS = ("system_information", "station_information")


def stations(dataset: Published) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(dataset.csv.decode()), delimiter=";"))


class GbfsPortal(Portal):
    """A web server with one system for each dataset; its source is the first."""

    protocol = "gbfs"
    format = "gbfs"
    run_requests = 3
    is_one_dataset = True
    version = "2.3"
    status: list[dict[str, Any]] | None = None
    vehicles: list[dict[str, Any]] | None = None
    vehicle_types: list[dict[str, Any]] | None = None

    def source(self, **changes: Any) -> Any:
        first = self.datasets[0].id if self.datasets else "none"
        return super().source(**{"url": f"{self.url}/{first}/gbfs.json", **changes})

    def delivered(self, dataset: Published) -> bytes:
        return dataset.csv.replace(b";", b",")

    def feeds(self) -> dict[str, str | None]:
        """Return the feeds beyond those that each system has, with the key of their rows."""
        is_3 = self.version.startswith("3")
        vehicles = ("vehicle_status", "vehicles") if is_3 else ("free_bike_status", "bikes")
        return {
            **({"station_status": "stations"} if self.status is not None else {}),
            **({"vehicle_types": "vehicle_types"} if self.vehicle_types is not None else {}),
            **({vehicles[0]: vehicles[1]} if self.vehicles is not None else {}),
        }

    def respond(self, request: Request) -> Answer:
        dataset_id, _, page = request.path.strip("/").partition("/")
        dataset = self.find(dataset_id)
        if dataset is None:
            return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")
        moment = datetime.fromisoformat(f"{dataset.modified}+00:00")
        is_3 = self.version.startswith("3")
        envelope = {
            "last_updated": moment.isoformat() if is_3 else int(moment.timestamp()),
            "ttl": 0, "version": self.version,
        }  # fmt: skip
        rows = {"station_status": self.status, "vehicle_types": self.vehicle_types,
                "vehicle_status": self.vehicles, "free_bike_status": self.vehicles}  # fmt: skip
        name = page.removesuffix(".json")
        if name == "gbfs":
            names = [*_FEEDS, *self.feeds()]
            feeds = [{"name": n, "url": f"{self.url}/{dataset_id}/{n}.json"} for n in names]
            data: Any = {"feeds": feeds} if is_3 else {"fr": {"feeds": feeds}}
        elif name == "system_information":
            data = self.system(dataset)
        elif name == "station_information":
            data = {"stations": stations(dataset)}
        elif name in rows and (key := self.feeds().get(name)):
            data = {key: rows[name]}
        else:
            return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")
        return json_answer({**envelope, "data": data})

    def system(self, dataset: Published) -> dict[str, Any]:
        def text(value: str) -> Any:
            is_3 = self.version.startswith("3")
            return [{"text": value, "language": "fr"}] if is_3 else value

        return {
            "system_id": dataset.id, "name": text(dataset.title), "timezone": "Europe/Brussels",
            "operator": text(dataset.publisher), "license_id": "CC-BY-4.0", "language": "fr",
            "email": "info@example.be", "url": "https://velos.example.be",
            "feed_contact_email": "info@example.be", **dataset.changes,
        }  # fmt: skip


class Gbfs3Portal(GbfsPortal):
    version = "3.0"


def gbfs_2_portal(datasets: list[Published]) -> Any:
    """Run a system of version 2.3."""
    return running(GbfsPortal(datasets))


def gbfs_3_portal(datasets: list[Published]) -> Any:
    """Run a system of version 3.0, with texts in their languages."""
    return running(Gbfs3Portal(datasets))
