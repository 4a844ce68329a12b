"""Turns a layer of an ArcGIS service into a dataset. Pure: no input, no output."""

from typing import Any

from catalogue.licences import licence_id
from catalogue.names import slug, table_name
from catalogue.records import Dataset, Distribution, Source
from harvesters import publishers, wording
from harvesters.contract import Parsed, Raw
from harvesters.fields import Fields

OBJECT_ID = "esriFieldTypeOID"
DATE = "esriFieldTypeDate"
# How a layer is drawn, edited and queried is no business of a dataset.
IGNORED = frozenset({
    "id", "type", "geometryType", "extent", "objectIdField", "globalIdField", "displayField",
    "typeIdField", "subtypeField", "drawingInfo", "templates", "types", "subtypes", "indexes",
    "relationships", "capabilities", "maxRecordCount", "standardMaxRecordCount",
    "tileMaxRecordCount",
    "maxRecordCountFactor", "currentVersion", "defaultVisibility", "minScale", "maxScale",
    "effectiveMinScale", "effectiveMaxScale", "editFieldsInfo",
    "ownershipBasedAccessControlForFeatures",
    "syncCanReturnChanges", "sourceSpatialReference", "parentLayer", "subLayers", "parent",
    "uniqueIdField", "uniqueIdInfo", "dateFieldsTimeReference", "datesInUnknownTimezone",
    "preferredTimeReference", "geometryField", "geometryProperties", "hasZ", "hasM", "zDefault",
    "htmlPopupType", "timeInfo", "serviceItemId", "cacheMaxAge", "collation", "fieldsMetadata",
    "serviceCopyright", "typeNames", "tileInfo", "units", "documentInfo", "infoInEstimates",
    "editingInfo", "definitionExpression", "definitionQuery", "url", "children",
    "schemaLastEditDate",
})  # fmt: skip
IGNORED_PREFIXES = (
    "supports", "supported", "allow", "enable", "has", "is", "can", "use", "advanced",
)  # fmt: skip


def parse(raw: Raw, source: Source) -> Parsed:
    """Turn a layer into a dataset; a group of layers, or one without GeoJSON, is left out."""
    if raw.problem:
        return Parsed(issues=[raw.problem])
    fields = Fields(raw.body)
    kind = fields.text("type") or "Feature Layer"
    if kind not in ("Feature Layer", "Table"):
        fields.signal("not-a-dataset", "info", type=kind[:40])
        return Parsed(issues=fields.issues)
    formats = fields.text("supportedQueryFormats") or "geoJSON"
    first = (source.languages or ["und"])[0]
    title = fields.texts("name", first) or {"und": raw.remote_id}
    columns = _columns(fields, first)
    modified = _edited(raw.body.get("editingInfo"))
    if "geojson" not in formats.casefold():
        fields.signal("no-distribution", "info")
        return Parsed(issues=fields.issues)
    dataset = Dataset(
        source_id=source.id,
        remote_id=raw.remote_id,
        slug=slug(next(iter(title.values()))),
        title=title,
        description=fields.texts("description", first),
        publisher=publishers.stated(source),
        licence=_licence(fields, raw.body.get("serviceCopyright"), source),
        languages=source.languages,
        landing_page=wording.link(raw.origin),
        modified=modified,
        data_modified=modified,
        distributions=[
            Distribution(
                remote_id="features",
                url=raw.origin,
                title=title,
                format="arcgis",
                media_type="application/geo+json",
                table=table_name(raw.remote_id.rpartition("/")[0] or raw.remote_id),
                fields=columns,
            )
        ],
    )
    fields.unread(IGNORED, IGNORED_PREFIXES)
    return Parsed(dataset=dataset, issues=fields.issues)


def _columns(fields: Fields, first: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for body in fields.items("fields"):
        if not isinstance(body, dict) or not isinstance(body.get("name"), str):
            continue
        column: dict[str, Any] = {"name": body["name"], "type": str(body.get("type"))}
        alias = body.get("alias")
        if isinstance(alias, str) and alias and alias != body["name"]:
            column["title"] = {first: wording.plain(alias)}
        found.append(column)
    return found


def _edited(info: Any) -> str | None:
    """Return when the rows were edited last, as against the layer's description."""
    if not isinstance(info, dict):
        return None
    return wording.epoch(info.get("dataLastEditDate")) or wording.epoch(info.get("lastEditDate"))


def _licence(fields: Fields, of_service: Any, source: Source) -> str | None:
    said = [fields.text("copyrightText"), of_service if isinstance(of_service, str) else None]
    known = licence_id(*(wording.plain(text) for text in said if text))
    return known or source.licence  # a copyright text mostly names an owner, no licence
