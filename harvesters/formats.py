"""Tells the format of a file from what portals write in its place.

CKAN's `format` is free text: "CSV", ".csv", "text/csv", "Csv (;)", "fichier csv", "SHP (L93)",
a link to the EU authority, or nothing. The spelling counts first, then the media type, then the
ending of the address.
"""

import re
from urllib.parse import parse_qs, urlsplit

from catalogue.names import fold

_SPELLINGS = {
    "csv": "csv", "tsv": "tsv", "txt": "txt", "text": "txt", "tab": "tsv",
    "xls": "xls", "xlsx": "xlsx", "excel": "xlsx", "ods": "ods", "spreadsheet": "xlsx",
    "json": "json", "jsonl": "ndjson", "ndjson": "ndjson", "geojson": "geojson",
    "jsonld": "jsonld", "json ld": "jsonld", "xml": "xml", "gml": "gml", "gpx": "gpx",
    "kml": "kml", "kmz": "kmz", "shp": "shp", "shapefile": "shp", "shape": "shp",
    "esri shape": "shp", "esri shapefile": "shp",
    "gpkg": "gpkg", "geopackage": "gpkg", "parquet": "parquet", "geoparquet": "parquet",
    "flatgeobuf": "fgb", "fgb": "fgb", "zip": "zip", "zippe": "zip", "gz": "gz",
    "gzip": "gz", "7z": "7z", "rar": "rar", "gtfs": "gtfs", "gtfs rt": "gtfs-rt", "gbfs": "gbfs",
    "netex": "netex",
    "siri": "siri", "pdf": "pdf", "doc": "doc", "docx": "docx", "odt": "odt", "html": "html",
    "htm": "html", "web page": "html", "page web": "html", "wms": "wms", "wmts": "wmts",
    "wfs": "wfs", "ogc api features": "ogc-api", "oapif": "ogc-api", "wcs": "wcs",
    "sparql": "sparql", "api": "api", "rest": "api", "arcgis geoservices rest api": "api",
    "rdf": "rdf", "turtle": "ttl", "ttl": "ttl", "n3": "n3", "png": "png", "jpeg": "jpeg",
    "jpg": "jpeg", "tiff": "tiff", "geotiff": "tiff", "tif": "tiff", "dwg": "dwg", "dxf": "dxf",
}  # fmt: skip

_MEDIA_TYPES = {
    "text/csv": "csv", "application/csv": "csv", "text/tab-separated-values": "tsv",
    "text/plain": "txt", "application/json": "json", "application/geo+json": "geojson",
    "application/vnd.geo+json": "geojson", "application/x-ndjson": "ndjson",
    "application/ld+json": "jsonld", "application/xml": "xml", "text/xml": "xml",
    "application/gml+xml": "gml", "application/vnd.google-earth.kml+xml": "kml",
    "application/vnd.google-earth.kmz": "kmz", "application/pdf": "pdf", "text/html": "html",
    "application/zip": "zip", "application/x-zip-compressed": "zip", "application/gzip": "gz",
    "application/x-shapefile": "shp", "application/geopackage+sqlite3": "gpkg",
    "application/vnd.apache.parquet": "parquet", "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods", "application/rdf+xml": "rdf",
    "text/turtle": "ttl", "image/png": "png", "image/jpeg": "jpeg",
}  # fmt: skip

TABLES = frozenset({
    "csv", "tsv", "txt", "xls", "xlsx", "ods", "json", "ndjson", "geojson", "kml", "kmz",
    "shp", "gpkg", "parquet", "zip", "gz", "gtfs",
})  # fmt: skip
"""Formats in which a table may lie; the others are documents, images and services."""


def clean(spelling: str | None, url: str = "", media_type: str | None = None) -> str | None:
    """Return the short name of a format, or None where nothing tells it.

    >>> clean("Csv (;)"), clean("", "https://a.be/x.GeoJSON?v=2"), clean("application/vnd.ms-excel")
    ('csv', 'geojson', 'xls')
    """
    return (
        _from_spelling(spelling or "")
        or _from_media_type(media_type or "")
        or _from_spelling(media_type or "")
        or _from_url(url)
    )


def _from_media_type(text: str) -> str | None:
    return _MEDIA_TYPES.get(text.partition(";")[0].strip().casefold())


def _from_spelling(text: str) -> str | None:
    if found := _from_media_type(text):
        return found
    tail = fold(text.strip()).rpartition("/")[2]  # "…/authority/file-type/CSV", "text/csv"
    words = re.sub(r"[^a-z0-9]+", " ", tail).strip()
    if words in _SPELLINGS:
        return _SPELLINGS[words]
    # "csv zippé", "SHP (L93)", "fichier csv": the one known word among others
    known = {_SPELLINGS[word] for word in words.split() if word in _SPELLINGS}
    archives = known & {"zip", "gz"}
    if len(known) == 2 and archives:
        return archives.pop()
    return known.pop() if len(known) == 1 else None


def _from_url(url: str) -> str | None:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    for name in ("outputFormat", "OUTPUTFORMAT", "format", "f"):
        if name in query and (found := _from_spelling(query[name][0])):
            return found
    name = parts.path.rstrip("/").rpartition("/")[2]
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    return _SPELLINGS.get(ending)
