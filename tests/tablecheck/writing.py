"""Write the same three rows in every format that tablecheck reads."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # publishes no types
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely  # type: ignore[import-untyped]  # publishes no types
from odf.opendocument import OpenDocumentSpreadsheet  # type: ignore[import-untyped]  # publishes no types
from odf.table import Table, TableCell, TableRow  # type: ignore[import-untyped]  # publishes no types
from odf.text import P  # type: ignore[import-untyped]  # publishes no types

LABELS = ("nom", "places", "prix", "insee")
ROWS = (
    ("Gare de Lille-Flandres", 12, 1.5, "59350"),
    ("Kortrijk, Station", 40, 2.25, "01001"),
    ("Église Saint-Brice", 7, 3.75, "57081"),
)
POINTS = ((3.07, 50.63), (3.26, 50.82), (3.39, 50.60))


def csv_text(delimiter: str = ",") -> str:
    """Give the rows as delimited text."""

    def cell(value: object) -> str:
        text = str(value)
        return f'"{text}"' if delimiter in text else text

    return "\n".join(delimiter.join(map(cell, row)) for row in (LABELS, *ROWS)) + "\n"


def write_csv(path: Path) -> None:
    path.write_text(csv_text(), encoding="utf-8")


def write_tsv(path: Path) -> None:
    path.write_text(csv_text("\t"), encoding="utf-8")


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (LABELS, *ROWS):
        sheet.append(row)
    book.save(path)


def write_ods(path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Feuille1")
    for row in (LABELS, *ROWS):
        line = TableRow()
        for value in row:
            kind = "string" if isinstance(value, str) else "float"
            options = {} if kind == "string" else {"value": str(value)}
            item = TableCell(valuetype=kind, **options)
            item.addElement(P(text=str(value)))
            line.addElement(item)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))


def records() -> list[dict[str, object]]:
    """Give the rows as objects."""
    return [dict(zip(LABELS, row, strict=True)) for row in ROWS]


def write_json(path: Path) -> None:
    path.write_text(json.dumps(records()), encoding="utf-8")


def write_ndjson(path: Path) -> None:
    path.write_text("\n".join(json.dumps(r) for r in records()) + "\n", encoding="utf-8")


def feature_collection() -> dict[str, object]:
    """Give the rows as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": record,
            "geometry": {"type": "Point", "coordinates": list(point)},
        }
        for record, point in zip(records(), POINTS, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def write_geojson(path: Path) -> None:
    path.write_text(json.dumps(feature_collection()), encoding="utf-8")


def arrow_table() -> pa.Table:
    """Give the rows as Arrow."""
    return pa.Table.from_pylist(records())


def write_parquet(path: Path) -> None:
    pq.write_table(arrow_table(), path)


def write_layer(
    path: Path, driver: str, crs: str = "EPSG:4326", points: tuple[tuple[float, ...], ...] = POINTS
) -> None:
    """Write a vector file through GDAL."""
    table = arrow_table().append_column(
        "geometry", pa.array(list(shapely.to_wkb(shapely.points(points))), type=pa.binary())
    )
    pyogrio.write_arrow(
        table, path, driver=driver, geometry_name="geometry", geometry_type="Point", crs=crs,
        encoding="UTF-8" if driver == "ESRI Shapefile" else None,
    )  # fmt: skip


def write_gpkg(path: Path) -> None:
    write_layer(path, "GPKG")


def write_kml(path: Path) -> None:
    places = "".join(
        f"<Placemark><name>{row[0]}</name><ExtendedData>"
        + "".join(
            f'<Data name="{label}"><value>{value}</value></Data>'
            for label, value in zip(LABELS, row, strict=True)
        )
        + f"</ExtendedData><Point><coordinates>{x},{y}</coordinates></Point></Placemark>"
        for row, (x, y) in zip(ROWS, POINTS, strict=True)
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{places}</Document></kml>",
        encoding="utf-8",
    )


def write_shapefile_zip(path: Path) -> None:
    folder = path.parent / "shapefile"
    folder.mkdir()
    write_layer(folder / "lieux.shp", "ESRI Shapefile")
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, f"export/{part.name}")


def write_csv_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lieux.csv", csv_text())
        archive.writestr("LISEZMOI.txt", "Rien à lire.")


def write_csv_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(csv_text(";").encode()))


def write_kmz(path: Path) -> None:
    inner = path.parent / "doc.kml"
    write_kml(inner)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "doc.kml")


WRITERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "csv": ("lieux.csv", write_csv),
    "tsv": ("lieux.tsv", write_tsv),
    "xlsx": ("lieux.xlsx", write_xlsx),
    "ods": ("lieux.ods", write_ods),
    "json": ("lieux.json", write_json),
    "ndjson": ("lieux.ndjson", write_ndjson),
    "geojson": ("lieux.geojson", write_geojson),
    "parquet": ("lieux.parquet", write_parquet),
    "gpkg": ("lieux.gpkg", write_gpkg),
    "kml": ("lieux.kml", write_kml),
    "kmz": ("lieux.kmz", write_kmz),
    "shapefile": ("lieux.zip", write_shapefile_zip),
    "zip": ("lieux.zip", write_csv_zip),
    "gzip": ("lieux.csv.gz", write_csv_gzip),
}
HAS_GEOMETRY = ("geojson", "gpkg", "kml", "kmz", "shapefile")
