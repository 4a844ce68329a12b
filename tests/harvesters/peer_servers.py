"""pygeoapi, MapServer and pycsw, set up with the datasets of a test."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.harvesters import peers
from tests.harvesters.portals import Answer, Published, Request, file_answer, running

_WORLD = {"bbox": [-180, -90, 180, 90], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
_PERSON = dict.fromkeys(
    ("name", "position", "address", "city", "stateorprovince", "country", "hours", "instructions",
     "role", "postalcode", "phone", "fax"), "x",
)  # fmt: skip
_SITE = "http://example.be"
_LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}


class PygeoapiPortal(peers.PeerPortal):
    protocol = "ogc-api"
    layers = ("velos", "beaucoup")


class MapServerPortal(peers.MapServerPortal):
    protocol = "wfs"
    layers = ("ms:velos", "ms:beaucoup")


class PycswPortal(peers.PeerPortal):
    """A catalogue, and beside it the files that it speaks of."""

    protocol = "csw"
    layers = ("velos", "beaucoup")

    def respond(self, request: Request) -> Answer:
        for dataset in self.datasets:
            if request.path == f"/{dataset.id}.csv":
                return file_answer(request, dataset.csv)
        return super().respond(request)


@contextmanager
def pygeoapi(datasets: list[Published], folder: Path) -> Iterator[Any]:
    """Run pygeoapi, with a collection for each dataset, out of GeoJSON."""
    python = peers.environment(
        "pygeoapi",
        ["pygeoapi==0.24.0; python_version >= '3.12'", "pygeoapi==0.21.0; python_version < '3.12'"],
        peers.newest_python(),
    )
    port = peers.free_port()
    with running(PygeoapiPortal(datasets)) as portal:
        link = {"type": "text/html", "rel": "license", "title": "CC BY 4.0",
                "href": _LICENCE["url"]}  # fmt: skip
        resources = {
            dataset.id: {
                "type": "collection", "title": {"fr": dataset.title}, "description": "Une couche.",
                "keywords": ["vélo"], "links": [link], "extents": {"spatial": _WORLD},
                "providers": [{"type": "feature", "name": "GeoJSON", "id_field": "id",
                               "data": str(_geojson(dataset, folder))}],
            } for dataset in datasets
        }  # fmt: skip
        config = {
            "server": {
                "bind": {"host": "127.0.0.1", "port": port}, "url": portal.url, "encoding": "utf-8",
                "mimetype": "application/json; charset=UTF-8", "languages": ["fr-FR", "en-US"],
                "limits": {"default_items": 10, "max_items": 1000},
                "map": {"url": f"{_SITE}/{{z}}/{{x}}/{{y}}.png", "attribution": "x"},
            },
            "logging": {"level": "ERROR"}, "resources": resources,
            "metadata": {
                "identification": {"title": "T", "description": "D", "keywords": ["k"],
                                   "url": _SITE, "keywords_type": "theme",
                                   "terms_of_service": "x"},
                "license": _LICENCE, "provider": {"name": "Ville de Tournai", "url": _SITE},
                "contact": {**_PERSON, "email": "a@example.be", "url": _SITE},
            },
        }  # fmt: skip
        (folder / "config.yml").write_text(json.dumps(config), "utf-8")  # JSON is YAML
        told = {"PYGEOAPI_CONFIG": "config.yml", "PYGEOAPI_OPENAPI": "openapi.yml"}
        subprocess.run(  # noqa: S603  # what we installed
            [python.with_name("pygeoapi"), "openapi", "generate", "config.yml",
             "--output-file", "openapi.yml"],
            cwd=folder, env={**os.environ, **told}, check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        code = f"from pygeoapi.flask_app import APP; APP.run('127.0.0.1', {port})"
        with peers.served(portal, [python, "-c", code], folder, told, port):
            yield portal


@contextmanager
def mapserver(datasets: list[Published], folder: Path) -> Iterator[Any]:
    """Run MapServer, with a layer for each dataset, that gives a thousand features at most."""
    if not Path(peers.MAPSERV).is_file():
        pytest.skip("MapServer is not installed (Debian: cgi-mapserver)")
    with running(MapServerPortal(datasets)) as portal:
        layers = "".join(
            f"""LAYER NAME "{dataset.id}" TYPE POINT STATUS ON CONNECTIONTYPE OGR
            CONNECTION "{_geojson(dataset, folder)}" PROJECTION "init=epsg:4326" END METADATA
            "ows_title" "{dataset.title}" "ows_abstract" "Une couche." "gml_include_items" "all"
            "gml_featureid" "id" END END
            """
            for dataset in datasets
        )
        portal.mapfile = folder / "peer.map"
        portal.mapfile.write_text(
            f"""MAP NAME "peer" EXTENT -180 -90 180 90 PROJECTION "init=epsg:4326" END
            OUTPUTFORMAT NAME "geojson" DRIVER "OGR/GEOJSON"
              MIMETYPE "application/json; subtype=geojson" FORMATOPTION "STORAGE=stream"
              FORMATOPTION "FORM=SIMPLE" END
            WEB METADATA "ows_enable_request" "*" "ows_title" "Peer" "wfs_maxfeatures" "1000"
              "ows_onlineresource" "{portal.url}/cgi-bin/mapserv" "ows_srs" "EPSG:4326 EPSG:31370"
              "wfs_getfeature_formatlist" "geojson" "ows_accessconstraints" "CC BY 4.0"
              "ows_contactorganization" "Ville de Tournai" END END
            {layers} END""",
            "utf-8",
        )
        config = 'CONFIG ENV MS_MAP_PATTERN "." END END'
        (folder / "mapserver.conf").write_text(config, "utf-8")
        yield portal


@contextmanager
def pycsw(datasets: list[Published], folder: Path) -> Iterator[Any]:
    """Run pycsw, with a record for each dataset: in ISO 19139, but the first in Dublin Core."""
    python = peers.environment(
        "pycsw",
        ["pycsw==2.6.2", "sqlalchemy<2", "setuptools<81", "legacy-cgi; python_version >= '3.13'"],
        Path(sys.executable),
    )
    port = peers.free_port()
    with running(PycswPortal(datasets)) as portal:
        (folder / "records").mkdir()
        for number, dataset in enumerate(datasets):
            record = (_ISO if number else _DUBLIN_CORE).format(
                id=dataset.id, title=escape(dataset.title), url=f"{portal.url}/{dataset.id}.csv",
                modified=dataset.modified, day=dataset.modified[:10],
            )  # fmt: skip
            (folder / "records" / f"{dataset.id}.xml").write_text(record, "utf-8")
        (folder / "pycsw.cfg").write_text(_PYCSW.format(url=portal.url, folder=folder), "utf-8")
        for command in (["setup_db"], ["load_records", "-p", "records"]):
            subprocess.run(  # noqa: S603  # what we installed
                [python, "-W", "ignore", python.with_name("pycsw-admin.py"), "-f", "pycsw.cfg",
                 "-c", *command],
                cwd=folder, check=True, capture_output=True, timeout=60,
            )  # fmt: skip
        code = (
            "from wsgiref.simple_server import make_server; from pycsw import wsgi; "
            f"make_server('127.0.0.1', {port}, wsgi.application).serve_forever()"
        )
        told = {"PYCSW_CONFIG": str(folder / "pycsw.cfg")}
        command = [python, "-W", "ignore", "-c", code]
        with peers.served(portal, command, folder, told, port):
            yield portal


def _geojson(dataset: Published, folder: Path) -> Path:
    rows = csv.DictReader(io.StringIO(dataset.csv.decode()), delimiter=";")
    found = [
        {"type": "Feature", "id": number, "properties": {"id": number, **row},
         "geometry": {"type": "Point", "coordinates": [3 + number / 10_000, 50.6]}}
        for number, row in enumerate(rows)
    ]  # fmt: skip
    file = folder / f"{dataset.id}.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": found}), "utf-8")
    return file


_PYCSW = """[server]
home=.
url={url}/
mimetype=application/xml; charset=UTF-8
encoding=UTF-8
language=fr-FR
maxrecords=10
profiles=apiso
[manager]
transactions=false
allowed_ips=127.0.0.1
[metadata:main]
identification_title=Catalogue
identification_abstract=Un catalogue
identification_keywords=catalogue
identification_keywords_type=theme
identification_fees=None
identification_accessconstraints=None
provider_name=Ville de Tournai
provider_url=http://example.be
contact_name=x
contact_position=x
contact_address=x
contact_city=x
contact_stateorprovince=x
contact_postalcode=1
contact_country=x
contact_phone=1
contact_fax=1
contact_email=a@example.be
contact_url=http://example.be
contact_hours=x
contact_instructions=x
contact_role=pointOfContact
[metadata:inspire]
enabled=false
[repository]
database=sqlite:///{folder}/records.db
table=records
"""
_DUBLIN_CORE = """<?xml version="1.0" encoding="UTF-8"?>
<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/">
<dc:identifier>{id}</dc:identifier><dc:title>{title}</dc:title><dc:type>dataset</dc:type>
<dc:subject>vélo</dc:subject>
<dct:references scheme="WWW:DOWNLOAD-1.0-http--download">{url}</dct:references>
<dct:modified>{modified}</dct:modified><dct:abstract>Un jeu.</dct:abstract>
<dc:publisher>Ville de Tournai</dc:publisher><dc:rights>CC BY 4.0</dc:rights>
<dc:language>fr</dc:language></csw:Record>"""
_ISO = """<?xml version="1.0" encoding="UTF-8"?>
<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"
 xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier><gco:CharacterString>{id}</gco:CharacterString></gmd:fileIdentifier>
<gmd:language><gmd:LanguageCode codeList="x" codeListValue="fre">fre</gmd:LanguageCode>
</gmd:language><gmd:hierarchyLevel><gmd:MD_ScopeCode codeList="x" codeListValue="dataset"
>dataset</gmd:MD_ScopeCode></gmd:hierarchyLevel>
<gmd:dateStamp><gco:DateTime>{modified}</gco:DateTime></gmd:dateStamp>
<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>
<gmd:title><gco:CharacterString>{title}</gco:CharacterString></gmd:title>
<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{day}</gco:Date></gmd:date><gmd:dateType>
<gmd:CI_DateTypeCode codeList="x" codeListValue="revision"/></gmd:dateType></gmd:CI_Date></gmd:date>
</gmd:CI_Citation></gmd:citation><gmd:abstract><gco:CharacterString>Un jeu.</gco:CharacterString>
</gmd:abstract><gmd:pointOfContact><gmd:CI_ResponsibleParty><gmd:organisationName>
<gco:CharacterString>Ville de Tournai</gco:CharacterString></gmd:organisationName><gmd:role>
<gmd:CI_RoleCode codeList="x" codeListValue="publisher">publisher</gmd:CI_RoleCode></gmd:role>
</gmd:CI_ResponsibleParty></gmd:pointOfContact><gmd:resourceConstraints><gmd:MD_LegalConstraints>
<gmd:accessConstraints><gmd:MD_RestrictionCode codeList="x" codeListValue="otherRestrictions"/>
</gmd:accessConstraints><gmd:otherConstraints><gco:CharacterString>Licence Ouverte v2.0
</gco:CharacterString></gmd:otherConstraints></gmd:MD_LegalConstraints></gmd:resourceConstraints>
</gmd:MD_DataIdentification></gmd:identificationInfo><gmd:distributionInfo><gmd:MD_Distribution>
<gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource>
<gmd:linkage><gmd:URL>{url}</gmd:URL></gmd:linkage><gmd:protocol><gco:CharacterString
>WWW:DOWNLOAD-1.0-http--download</gco:CharacterString></gmd:protocol></gmd:CI_OnlineResource>
</gmd:onLine></gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution>
</gmd:distributionInfo></gmd:MD_Metadata>"""
