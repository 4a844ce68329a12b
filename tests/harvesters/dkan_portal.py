"""A DKAN on loopback, after the region Hauts-de-France in 2019: lists in the place of objects."""

from datetime import datetime
from typing import Any

from tests.harvesters.portals import (
    Answer,
    CkanPortal,
    Published,
    Request,
    json_answer,
    running,
)

_DAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")


class DkanPortal(CkanPortal):
    """No search, moments in the words of Drupal, sizes with their unit, all of it "private"."""

    run_requests = 3  # a search that it does not know, its names, the record

    def package(self, dataset: Published) -> dict[str, Any]:
        moment = datetime.fromisoformat(dataset.modified)
        # in the time of Lille, one hour ahead in winter
        told = f"{_DAYS[moment.weekday()]}, {moment:%d/%m/%Y} - {moment.hour + 1:02}:{moment:%M}"
        return {
            "id": dataset.id, "name": dataset.id.lower(), "title": dataset.title,
            "author_email": "sig@example.fr", "maintainer": "La région",
            "maintainer_email": "sig@example.fr",
            "license_title": "http://creativecommons.org/licenses/by/4.0/", "state": "Active",
            "notes": "<p>Un jeu de données.</p>\n", "type": "Dataset", "private": False,
            "url": f"{self.url}/?q=dataset/{dataset.id}", "revision_timestamp": told,
            "metadata_created": told, "metadata_modified": dataset.modified.replace("T", " "),
            "creator_user_id": "235f2695", "groups": [
                {"description": "<p>Ville</p>", "id": "g1", "image_display_url": "",
                 "name": "group", "title": dataset.publisher},
            ],
            "tags": [{"id": "t1", "vocabulary_id": "2", "name": "ADMINISTRATION"}],
            "resources": [{
                "id": f"r-{dataset.id}", "revision_id": "", "description": "<p>Tableau</p>\n",
                "url": f"{self.url}/dataset/{dataset.id}/tableau.csv", "format": "csv",
                "state": "Active", "revision_timestamp": told, "name": "tableau.csv",
                "mimetype": "csv", "size": "42 octets", "created": told,
                "resource_group_id": "b72cd25d", "last_modified": f"Date changed  {told}",
            }], **dataset.changes,
        }  # fmt: skip

    def respond(self, request: Request) -> Answer:
        action = request.path.removeprefix("/api/3/action/")
        if action == "package_search":
            return Answer(b"<!DOCTYPE html><title>Page introuvable</title>", 404, "text/html")
        answer = super().respond(request)
        if action == "package_show" and answer.status == 200:
            found = next(d for d in self.datasets if d.id.lower() == request.get("id"))
            return json_answer({"help": "", "success": True, "result": [self.package(found)]})
        return answer


def dkan_portal(datasets: list[Published]) -> Any:
    """Run a DKAN."""
    return running(DkanPortal(datasets))
