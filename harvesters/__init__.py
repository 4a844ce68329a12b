"""The protocols that we harvest, one file each, listed here and nowhere else."""

from harvesters.arcgis import ARCGIS
from harvesters.ckan import CKAN
from harvesters.contract import Harvester, Parsed, Raw
from harvesters.csw import CSW
from harvesters.data_fair import DATA_FAIR
from harvesters.datapackage import DATAPACKAGE
from harvesters.dcat import DCAT
from harvesters.gbfs import GBFS
from harvesters.gtfs import GTFS
from harvesters.ogcapi import OGCAPI
from harvesters.opendatasoft import OPENDATASOFT
from harvesters.plain import PLAIN
from harvesters.sensor_web import SENSOR_WEB
from harvesters.sensorthings import SENSORTHINGS
from harvesters.transport_gouv import TRANSPORT_GOUV
from harvesters.udata import UDATA
from harvesters.wfs import WFS

HARVESTERS: dict[str, Harvester] = {
    "datapackage": DATAPACKAGE,
    "ckan": CKAN,
    "opendatasoft": OPENDATASOFT,
    "gbfs": GBFS,
    "udata": UDATA,
    "transport-gouv": TRANSPORT_GOUV,
    "dcat": DCAT,
    "gtfs": GTFS,
    "ogc-api": OGCAPI,
    "wfs": WFS,
    "csw": CSW,
    "arcgis": ARCGIS,
    "sensor-web": SENSOR_WEB,
    "sensorthings": SENSORTHINGS,
    "data-fair": DATA_FAIR,
    "file": PLAIN,
}

__all__ = ["HARVESTERS", "Harvester", "Parsed", "Raw"]
