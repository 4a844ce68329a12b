"""Real portals on loopback: a CKAN 2.12, an Opendatasoft Explore 2.1, Data Packages over HTTP.

They answer as the real ones were seen to answer, serve real files with validators, and can be
made to misbehave in each of the ways in which real ones do:

    with ckan_portal([published("velos", "nom;places\\nGare;12\\n")]) as portal:
        source = portal.source()
        portal.fail_after(1)          # the next request is answered, then the portal is gone
        portal.mischief = html_page   # or anything that changes an answer
        portal.requests               # what was asked, in order
"""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import msgspec

from catalogue.fetch import Fetch, FetchSettings
from catalogue.politeness import Pacer
from catalogue.records import Source


class Published(msgspec.Struct, kw_only=True):
    """A dataset on a portal; `changes` go over the portal's own record of it."""

    id: str
    title: str
    csv: bytes
    modified: str = "2026-03-01T08:00:00"
    publisher: str = "Ville de Tournai"
    changes: dict[str, Any] = {}

    @property
    def row_count(self) -> int:
        return max(len(self.csv.strip().splitlines()) - 1, 0)


def published(dataset_id: str, csv: str | bytes = "code;nom\n57081;Tournai\n", **rest: Any) -> Any:
    """Make a dataset for a portal; name what matters to the test."""
    content = csv if isinstance(csv, bytes) else csv.encode()
    return Published(id=dataset_id, csv=content, **{"title": f"Jeu {dataset_id}", **rest})


class Request(msgspec.Struct, frozen=True):
    """What was asked of a portal."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]

    def get(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.query if key == name), default)


class Answer(msgspec.Struct):
    """What a portal says. `length` lies about the body, `pieces` makes it trickle."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = {}
    length: int | None = None
    has_length: bool = True
    pieces: Iterator[bytes] | None = None


Mischief = Callable[[Request, Answer], Answer | None]


def json_answer(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)


class Portal:
    """A portal on loopback; subclasses say what it answers.

    `format` is how its files are labelled, `ending` how they are named, `run_requests` how many
    requests a run with one dataset takes; `is_one_dataset` where an address is a dataset and no
    catalogue, `is_deep` where its own address does not lead to it; `has_record` is False where
    nothing but a file is there; `unknown_key` how a key that nobody reads is shown; `tells_moment`
    whether it says when data changed.
    """

    protocol = ""
    format = "csv"
    ending = ".csv"
    run_requests = 1
    is_one_dataset = False
    is_deep = False
    has_record = True
    unknown_key = "nieuwe_sleutel"
    tells_moment = True

    def __init__(self, datasets: list[Published]) -> None:
        self.datasets = datasets
        self.requests: list[Request] = []
        self.mischief: Mischief = lambda request, answer: answer
        self._answers_left: int | None = None
        self._lock = threading.Lock()
        self.url = ""

    def fail_after(self, count: int | None) -> None:
        """Answer so many requests more, then cut every connection; None mends the portal."""
        self._answers_left = count

    def source(self, **changes: Any) -> Source:
        values: dict[str, Any] = {
            "id": "portal", "protocol": self.protocol, "url": self.url, "trusted_network": True,
        }  # fmt: skip
        return Source(**{**values, **changes})

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def find(self, dataset_id: str) -> Published | None:
        return next((found for found in self.datasets if found.id == dataset_id), None)

    def id_of(self, dataset_id: str) -> str:
        """Return the id that the portal's records bear."""
        return dataset_id

    def boast(self, body: bytes) -> bytes:
        """Return an answer that says there are three where there are two."""
        for name in (b"count", b"total_count", b"total"):
            body = body.replace(b'"%s": 2' % name, b'"%s": 3' % name)
        return body

    def delivered(self, dataset: Published) -> bytes:
        """Return the bytes that a harvester shall make of a dataset's file."""
        return dataset.csv

    def respond(self, request: Request) -> Answer:
        raise NotImplementedError

    def handle(self, request: Request) -> Answer | None:
        """Return the answer to a request, or None where the connection shall be cut."""
        with self._lock:
            self.requests.append(request)
            if self._answers_left is not None:
                if self._answers_left <= 0:
                    return None
                self._answers_left -= 1
        return self.mischief(request, self.respond(request))


def file_answer(
    request: Request,
    content: bytes,
    content_type: str = "text/csv",
    modified: float = 1_770_000_000,
) -> Answer:
    """Serve a file as web servers do: validators, and 304 to those who know them."""
    etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
    headers = {"ETag": etag, "Last-Modified": formatdate(modified, usegmt=True)}
    if request.headers.get("if-none-match") == etag:
        return Answer(b"", 304, content_type, headers)
    return Answer(content, 200, content_type, headers)


def _turned(found: list[Published], count: int) -> list[Published]:
    """Return a list in another order at each request."""
    start = count % max(len(found), 1)
    return found[start:] + found[:start]


class CkanPortal(Portal):
    """CKAN 2.12: what it answers was observed on a real one."""

    protocol = "ckan"

    def package(self, dataset: Published) -> dict[str, Any]:
        base = {
            "author": None, "author_email": None, "creator_user_id": "u1", "id": dataset.id,
            "isopen": True, "license_id": "cc-by", "license_title": "Creative Commons Attribution",
            "license_url": "http://www.opendefinition.org/licenses/cc-by", "maintainer": "",
            "metadata_created": "2025-01-01T00:00:00.000000",
            "metadata_modified": f"{dataset.modified}.123456", "name": dataset.id.lower(),
            "notes": "Un jeu de données *ouvert*.", "num_resources": 1, "num_tags": 1,
            "organization": {"id": "o1", "name": "tournai", "title": dataset.publisher,
                             "type": "organization", "state": "active", "is_organization": True},
            "owner_org": "o1", "private": False, "state": "active", "title": dataset.title,
            "type": "dataset", "url": "", "version": None, "extras": [],
            "groups": [{"name": "mobilite", "title": "Mobilité", "display_name": "Mobilité"}],
            "tags": [{"name": "velo", "display_name": "vélo", "state": "active"}],
            "relationships_as_object": [], "relationships_as_subject": [],
            "resources": [{
                "id": f"r-{dataset.id}", "package_id": dataset.id, "position": 0,
                "name": "Le tableau", "description": "", "format": "CSV", "mimetype": "text/csv",
                "hash": "", "state": "active", "size": len(dataset.csv), "url_type": "upload",
                "created": "2025-01-01T00:00:00.000000", "last_modified": dataset.modified,
                "metadata_modified": dataset.modified, "resource_type": None,
                "url": f"{self.url}/dataset/{quote(dataset.id)}/tableau.csv",
            }],
        }  # fmt: skip
        return {**base, **dataset.changes}

    def respond(self, request: Request) -> Answer:
        if found := re.fullmatch(r"/api/(?:3/)?action/(\w+)", request.path):
            return self._action(found.group(1), request)
        if found := re.fullmatch(r"/dataset/([^/]+)/tableau\.csv", request.path):
            dataset = self.find(unquote(found.group(1)))
            if dataset is not None:
                return file_answer(request, dataset.csv)
        return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html; charset=utf-8")

    def _action(self, action: str, request: Request) -> Answer:
        help_url = f"{self.url}/api/3/action/help_show?name={action}"
        result: Any
        if action == "package_search":
            result = self._search(request)
        elif action == "package_list":
            result = [dataset.id.lower() for dataset in self.datasets]
        elif action == "package_show":
            wanted = request.get("id")
            known = [d for d in self.datasets if wanted in (d.id, d.id.lower())]
            if not known:
                error = {"__type": "Not Found Error", "message": "Not found"}
                return json_answer({"help": help_url, "success": False, "error": error}, 404)
            result = self.package(known[0])
        else:
            return json_answer(f"Bad request: Action name not known: {action}", 400)
        return json_answer({"help": help_url, "success": True, "result": result})

    def _search(self, request: Request) -> dict[str, Any]:
        found = sorted(self.datasets, key=lambda dataset: dataset.id)
        if request.get("sort") != "id asc":  # by relevance, where ties fall as they like
            found = _turned(found, len(self.requests))
        if organization := request.get("fq").removeprefix("organization:"):
            found = [dataset for dataset in found if dataset.publisher == organization]
        start, rows = int(request.get("start", "0")), min(int(request.get("rows", "10")), 1000)
        page = [self.package(dataset) for dataset in found[start : start + rows]]
        return {"count": len(found), "results": page, "sort": request.get("sort"), "facets": {}}


class OdsPortal(Portal):
    """Opendatasoft Explore v2.1, after its OpenAPI document and the errors seen in the wild."""

    protocol = "opendatasoft"
    api = "/api/explore/v2.1/catalog"

    def entry(self, dataset: Published) -> dict[str, Any]:
        header = dataset.csv.decode("utf-8-sig").splitlines()[:1]
        names = header[0].split(";") if header else []
        default = {
            "title": dataset.title, "publisher": dataset.publisher, "license": "CC BY 4.0",
            "license_url": "https://creativecommons.org/licenses/by/4.0/deed.fr",
            "description": "<p>Un jeu de donn&eacute;es <b>ouvert</b>.</p>", "language": "fr",
            "records_count": dataset.row_count, "modified": f"{dataset.modified}+00:00",
            "data_processed": f"{dataset.modified}+00:00", "keyword": ["vélo"],
            "metadata_processed": f"{dataset.modified}.120000+00:00", "theme": ["Mobilité"],
            "source_domain_address": None, "modified_updates_on_data_change": True,
            "geographic_reference": ["be_50_57081"], "federated": False, "timezone": None,
            "metadata_languages": ["fr"], "territory": ["Tournai"], "references": None,
        }  # fmt: skip
        base = {
            "dataset_id": dataset.id, "dataset_uid": f"da_{dataset.id}", "attachments": [],
            "has_records": True, "data_visible": True, "features": ["analyze"],
            "metas": {"default": {**default, **dataset.changes.get("default", {})}},
            "fields": [{"name": name, "label": name.title(), "type": "text",
                        "description": None, "annotations": {}} for name in names],
        }  # fmt: skip
        changes = {key: value for key, value in dataset.changes.items() if key != "default"}
        return {**base, **changes}

    def respond(self, request: Request) -> Answer:
        if request.path == f"{self.api}/datasets":
            return self._page(request)
        if request.path == f"{self.api}/exports/json":
            return json_answer([self.entry(dataset) for dataset in self.datasets])
        if found := re.fullmatch(rf"{self.api}/datasets/([^/]+)/exports/csv", request.path):
            dataset = self.find(unquote(found.group(1)))
            if dataset is not None:
                return file_answer(request, dataset.csv, "text/csv; charset=utf-8")
        error = {"error_code": "DatasetNotFound", "message": "The dataset could not be found."}
        return json_answer(error, 404)

    def _page(self, request: Request) -> Answer:
        limit, offset = int(request.get("limit", "10")), int(request.get("offset", "0"))
        if not -1 <= limit <= 100:
            message = f"Invalid value for limit API parameter: {limit} was found but -1 <= limit"
            return json_answer(
                {"error_code": "InvalidRESTParameterError", "message": f"{message} <= 100"}, 400
            )
        if offset + limit >= 10_000:
            return json_answer(
                {"error_code": "InvalidRESTParameterError",
                 "message": "Invalid value for offset API parameter"}, 400
            )  # fmt: skip
        found = sorted(self.datasets, key=lambda dataset: dataset.id)
        if request.get("order_by") != "dataset_id":  # unsorted pages repeat some and lose others
            found = _turned(found, len(self.requests))
        for name, value in request.query:
            if name == "refine" and value.startswith("publisher:"):
                wanted = value.partition(":")[2]
                found = [dataset for dataset in found if dataset.publisher == wanted]
        page = [self.entry(dataset) for dataset in found[offset : offset + limit]]
        return json_answer({"total_count": len(found), "results": page})


class PackagePortal(Portal):
    """A web server with one Data Package for each dataset; its source is the first."""

    protocol = "datapackage"
    is_one_dataset = True

    def source(self, **changes: Any) -> Source:
        first = self.datasets[0].id if self.datasets else "none"
        return super().source(**{"url": f"{self.url}/{first}/datapackage.json", **changes})

    def respond(self, request: Request) -> Answer:
        dataset_id, _, name = request.path.strip("/").partition("/")
        dataset = self.find(unquote(dataset_id))
        if dataset is not None and name == "tableau.csv":
            return file_answer(request, dataset.csv)
        if dataset is not None and name == "datapackage.json":
            package = {
                "name": dataset.id, "title": dataset.title, "publisher": dataset.publisher,
                "licenses": [{"name": "CC-BY-4.0"}], "modified": dataset.modified,
                "resources": [{"name": "tableau", "path": "tableau.csv", "format": "csv"}],
            }  # fmt: skip
            return json_answer({**package, **dataset.changes})
        return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")


# -- mischief ---------------------------------------------------------------------------------


def html_page(request: Request, answer: Answer) -> Answer:
    """A page for people with status 200, as portals under maintenance send."""
    return Answer(b"<!DOCTYPE html>\n<html><body>Maintenance</body></html>", 200, "text/html")


def cut_short(request: Request, answer: Answer) -> Answer:
    """Half of what was announced."""
    half = answer.body[: len(answer.body) // 2]
    return Answer(half, answer.status, answer.content_type, length=len(answer.body))


def stream_error(request: Request, answer: Answer) -> Answer:
    """An export that fails after its status was sent, as Opendatasoft does."""
    words = b"Streaming interrupted due to the following error: Query timed out (error_code: X)"
    return Answer(answer.body[:9] + b"\n" + words, 200, answer.content_type, has_length=False)


def busy_at_first(count: int, status: int = 429) -> Mischief:
    """Refuse so many requests, in the words that Opendatasoft keeps for that, then answer."""
    left = [count]

    def mischief(request: Request, answer: Answer) -> Answer:
        if left[0] <= 0:
            return answer
        left[0] -= 1
        words = {"errorcode": 10002, "error": "Too many requests on the domain.",
                 "call_limit": 10000, "limit_time_unit": "day"}  # fmt: skip
        return Answer(json.dumps(words).encode(), status, headers={"Retry-After": "0"})

    return mischief


# -- the server -------------------------------------------------------------------------------


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a body behind its head would wait 40 ms for an ACK
    portal: Portal

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.portal.handle(Request(self.command, parts.path, query, headers))
        self.close_connection = answer is None
        if answer is not None:
            try:
                self._send(answer)
            except ConnectionError:
                self.close_connection = True  # the client had enough: that is being tested

    do_POST = do_GET

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        length = len(answer.body) if answer.length is None else answer.length
        is_open_ended = answer.pieces is not None or not answer.has_length
        if not is_open_ended:
            self.send_header("Content-Length", str(length))
        if is_open_ended or length != len(answer.body):
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(answer.body)
        for piece in answer.pieces or ():
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: `Portal.requests` holds it all."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def running(portal: Portal) -> Iterator[Any]:
    """Serve a portal on a free loopback port."""
    handler = type("Handler", (_Handler,), {"portal": portal})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    portal.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ckan_portal(datasets: list[Published]) -> Any:
    """Run a CKAN portal: `with ckan_portal([…]) as portal`."""
    return running(CkanPortal(datasets))


def ods_portal(datasets: list[Published]) -> Any:
    """Run an Opendatasoft portal."""
    return running(OdsPortal(datasets))


def package_portal(datasets: list[Published]) -> Any:
    """Run a web server with Data Packages."""
    return running(PackagePortal(datasets))


def fetch(**settings: Any) -> Fetch:
    """Make a client that may reach loopback and does not dawdle."""
    quick: dict[str, Any] = {
        "min_interval_s": 0.0, "backoff_first_s": 0.01, "retry_count": 2,
        "read_timeout_s": 5.0, "page_deadline_s": 10.0, "file_deadline_s": 10.0,
    }  # fmt: skip
    trusted_network = settings.pop("trusted_network", True)
    guard = settings.pop("guard", None)
    return Fetch(
        FetchSettings(**{**quick, **settings}),
        trusted_network=trusted_network,
        guard=guard,
        pacer=Pacer(),
    )
