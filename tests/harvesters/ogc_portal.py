"""Services of the OGC on loopback: data-api of geOrchestra, GeoServer's WFS, as they were seen."""

import csv
import io
import json
import re
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

import msgspec

from tests.harvesters.portals import Answer, Portal, Published, Request, json_answer, running


class FeaturesPortal(Portal):
    """What both services share: datasets as features, in another order at each call."""

    ending = ".geojson"

    def rows(self, dataset: Published) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(dataset.csv.decode()), delimiter=";"))

    def turned(self, dataset: Published) -> list[dict[str, Any]]:
        rows = self.rows(dataset)
        start = len(self.requests) % max(len(rows), 1)
        return [self.feature(n, row) for n, row in enumerate(rows[start:] + rows[:start])]

    def feature(self, number: int, row: dict[str, str]) -> dict[str, Any]:
        return {"type": "Feature", "geometry": self.geometry(), "properties": row}

    def geometry(self) -> Any:
        return {"type": "Point", "coordinates": [3.06, 50.63]}

    def delivered(self, dataset: Published) -> bytes:
        point = {"type": "Point", "coordinates": [3.06, 50.63]}
        found = [{"type": "Feature", "geometry": point, "properties": row}
                 for row in self.rows(dataset)]  # fmt: skip
        lines = sorted(
            json.dumps(one, separators=(",", ":"), ensure_ascii=False).encode() for one in found
        )
        return b'{"type":"FeatureCollection","features":[\n' + b",\n".join(lines) + b"\n]}\n"


class OgcApiPortal(FeaturesPortal):
    """data-api: ids that change with the order, and a next page behind the last."""

    protocol = "ogc-api"
    format = "ogc-api"
    most_rows = 10_000
    matched: int | None = None

    def feature(self, number: int, row: dict[str, str]) -> dict[str, Any]:
        return {**super().feature(number, row), "@typeName": "x", "@id": str(number)}

    def geometry(self) -> Any:
        return {**super().geometry(), "@name": "geom", "@srs": "EPSG:4326"}

    def collection(self, dataset: Published) -> dict[str, Any]:
        page = f"{self.url}/collections/{dataset.id}/items"
        return {
            "id": dataset.id, "title": dataset.title, "attribution": dataset.publisher,
            "updated": f"{dataset.modified}Z", "itemType": "feature", "crs": ["EPSG:4326"],
            "links": [
                {"href": page, "rel": "items", "type": "application/geo+json"},
                {"href": "https://creativecommons.org/licenses/by/4.0/", "rel": "license"},
            ], **dataset.changes,
        }  # fmt: skip

    def respond(self, request: Request) -> Answer:
        if not request.headers.get("accept"):
            return Answer(b"java.lang.NullPointerException", 500, "text/plain")
        if request.path == "/collections":
            return json_answer({"collections": [self.collection(d) for d in self.datasets]})
        found = re.fullmatch(r"/collections/([^/]+)/items", request.path)
        dataset = self.find(unquote(found.group(1))) if found else None
        if dataset is None:
            return json_answer({"code": "NotFound", "description": "no such collection"}, 404)
        limit, offset = int(request.get("limit", "10")), int(request.get("offset", "0"))
        limit = min(limit, self.most_rows)
        rows = [self.feature(n, row) for n, row in enumerate(self.rows(dataset))]
        rows = rows[offset : offset + limit]
        if offset == 0 and len(self.rows(dataset)) <= limit:
            rows = self.turned(dataset)
        body = {"type": "FeatureCollection", "numberReturned": len(rows), "features": rows}
        matched = len(self.rows(dataset)) if self.matched is None else self.matched
        if matched > len(rows):
            href = f"{self.url}{request.path}?offset={offset + limit}&limit={limit}"
            body["links"] = [{"href": href, "rel": "next", "type": "application/geo+json"}]
        return json_answer({**body, "numberMatched": matched})


class LdproxyPortal(OgcApiPortal):
    """ldproxy of Flanders: no count, one spelling of `f`, a page of its own length, and links that
    name the address before its proxy.
    """

    most_rows = 3
    is_deep = True
    is_html_by_default = False
    service = "/VRBG/ogc/features/v1"

    def source(self, **changes: Any) -> Any:
        return super().source(**{"url": f"{self.url}{self.service}", **changes})

    def feature(self, number: int, row: dict[str, str]) -> dict[str, Any]:
        return {"type": "Feature", "geometry": super().geometry(), "properties": row}

    def respond(self, request: Request) -> Answer:
        asked = request.get("f")
        if asked and asked not in ("application/geo+json", "application/json", "text/html"):
            problem = {"title": "Bad Request", "status": 400, "detail": "Invalid value for 'f'"}
            return json_answer(problem, 400)
        if not asked and self.is_html_by_default:
            return Answer(b"<!DOCTYPE html><title>VRBG</title>", 200, "text/html")
        if not request.path.startswith(self.service):
            return json_answer({"title": "Not Found", "status": 404}, 404)
        told = msgspec.structs.replace(request, path=request.path.removeprefix(self.service))
        answer = super().respond(told)
        if answer.status != 200 or told.path == "/collections":
            return answer
        body = json.loads(answer.body)
        offset, matched = int(request.get("offset", "0")), body.pop("numberMatched")
        links = [{"href": request.path, "rel": "self", "type": "application/geo+json"}]
        if (behind := offset + len(body["features"])) < matched:
            href = f"http://127.0.0.1:8080{request.path}?limit={self.most_rows}&offset={behind}"
            links.append({"href": href, "rel": "next", "type": "application/geo+json"})
        return json_answer({**body, "links": links, "timeStamp": f"2026-03-01T08:00:{offset:02}Z"})


class WfsPortal(FeaturesPortal):
    """GeoServer: a layer without a key has ids of the moment, and no pages unsorted."""

    protocol = "wfs"
    format = "wfs"
    tells_moment = False
    most_rows = 10_000
    has_key = True
    matched: int | None = None

    def source(self, **changes: Any) -> Any:
        return super().source(**{"url": f"{self.url}/geoserver/ows", **changes})

    def feature(self, number: int, row: dict[str, str]) -> dict[str, Any]:
        own_id = f"x.fid-{len(self.requests)}_{number}"
        return {**super().feature(number, row), "id": own_id, "geometry_name": "the_geom"}

    def capabilities(self) -> bytes:
        types = "".join(
            f"<FeatureType><Name>{escape(d.id)}</Name><Title>{escape(d.title)}</Title>"
            f"<Abstract>Une couche.</Abstract><ows:Keywords><ows:Keyword>features</ows:Keyword>"
            f"</ows:Keywords><DefaultCRS>urn:ogc:def:crs:EPSG::2154</DefaultCRS>"
            + "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in d.changes.items())
            + "</FeatureType>"
            for d in self.datasets
        )
        publisher = escape(self.datasets[0].publisher if self.datasets else "X")
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<wfs:WFS_Capabilities version="2.0.0" xmlns="http://www.opengis.net/wfs/2.0"
 xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1"
 updateSequence="9908"><ows:ServiceIdentification><ows:Title>WFS</ows:Title><ows:Fees>NONE</ows:Fees>
<ows:AccessConstraints>CC BY 4.0</ows:AccessConstraints></ows:ServiceIdentification>
<ows:ServiceProvider><ows:ProviderName>{publisher}</ows:ProviderName></ows:ServiceProvider>
<ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:Parameter name="outputFormat">
<ows:AllowedValues><ows:Value>text/xml; subtype=gml/3.2</ows:Value>
<ows:Value>application/json</ows:Value>
</ows:AllowedValues></ows:Parameter></ows:Operation></ows:OperationsMetadata>
<FeatureTypeList>{types}</FeatureTypeList></wfs:WFS_Capabilities>""".encode()

    def error(self, words: str, status: int = 400) -> Answer:
        body = (
            '<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1">'
            f'<ows:Exception exceptionCode="NoApplicableCode"><ows:ExceptionText>{words}'
            "</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
        )
        return Answer(body.encode(), status, "application/xml")

    def respond(self, request: Request) -> Answer:
        if request.path != "/geoserver/ows":
            return Answer(b"<!DOCTYPE html><title>404</title>", 404, "text/html")
        if request.get("REQUEST") == "GetCapabilities":
            return Answer(self.capabilities(), 200, "application/xml")
        dataset = self.find(request.get("TYPENAMES"))
        if dataset is None:
            return self.error("Unknown feature type")
        start = request.get("STARTINDEX")
        if start and not self.has_key and not request.get("SORTBY"):
            return self.error(
                "java.lang.RuntimeException: Cannot do natural order without a primary key, please"
                " add it or specify a manual sort over existing attributes"
            )
        rows = self.rows(dataset)
        if key := request.get("SORTBY"):
            rows = sorted(rows, key=lambda row: row[key])
        count = min(int(request.get("COUNT", "10000")), self.most_rows)
        page = rows[int(start or 0) : int(start or 0) + count]
        found = [self.feature(n, row) for n, row in enumerate(page)]
        if not start and len(rows) <= count:
            found = self.turned(dataset)
        matched = len(rows) if self.matched is None else self.matched
        return json_answer({
            "type": "FeatureCollection", "features": found, "totalFeatures": matched,
            "numberMatched": matched, "numberReturned": len(found),
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}},
        })  # fmt: skip

    def delivered(self, dataset: Published) -> bytes:
        crs = b'"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4326"}},'
        return super().delivered(dataset).replace(b'"features"', crs + b'"features"', 1)


class Wfs11Portal(WfsPortal):
    """A server that knows no newer version than 1.1, and whose GeoJSON counts nothing."""

    is_polite = True

    def capabilities(self) -> bytes:
        return (
            super().capabilities()
            .replace(b'version="2.0.0"', b'version="1.1.0"')
            .replace(b"opengis.net/wfs/2.0", b"opengis.net/wfs")
            .replace(b"DefaultCRS", b"DefaultSRS")
        )  # fmt: skip

    def respond(self, request: Request) -> Answer:
        is_newer = request.get("VERSION") != "1.1.0"
        if request.get("REQUEST") == "GetCapabilities":
            refused = self.error("Invalid version. Supported: 1.0.0, 1.1.0")
            return refused if is_newer and not self.is_polite else super().respond(request)
        if is_newer or request.get("TYPENAMES") or request.get("COUNT"):
            return self.error("The query should specify either typeName or a featureId filter")
        words = {"TYPENAME": "TYPENAMES", "MAXFEATURES": "COUNT"}
        told = msgspec.structs.replace(
            request, query=[(words.get(name, name), value) for name, value in request.query]
        )
        answer = super().respond(told)
        if request.get("RESULTTYPE") == "hits":
            count = json.loads(answer.body)["numberMatched"]
            body = f'<wfs:FeatureCollection xmlns:wfs="x" numberOfFeatures="{count}"/>'
            return Answer(body.encode(), 200, "text/xml")
        if answer.status != 200:
            return answer
        kept = {k: v for k, v in json.loads(answer.body).items() if k in _BARE}
        return json_answer(kept)


_BARE = ("type", "features", "crs")


def ogcapi_portal(datasets: list[Published]) -> Any:
    """Run a data-api of geOrchestra."""
    return running(OgcApiPortal(datasets))


def ldproxy_portal(datasets: list[Published]) -> Any:
    """Run an ldproxy."""
    return running(LdproxyPortal(datasets))


def wfs_portal(datasets: list[Published]) -> Any:
    """Run a GeoServer with WFS 2.0."""
    return running(WfsPortal(datasets))


def wfs_11_portal(datasets: list[Published]) -> Any:
    """Run a server with WFS 1.1."""
    return running(Wfs11Portal(datasets))
