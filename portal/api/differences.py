"""The difference of two versions of a table as a file: complete or refused."""

from flask import Blueprint, Response, request
from werkzeug.utils import send_file

from catalogue.changes import key_digest
from catalogue.store.usage import Kind
from portal.api.downloads import CHEAP_PARQUET_BYTES, EXCEL_LANGUAGES, version_of
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.tables import require_table
from portal.comparisons import side_of
from portal.conversions import Form, derived_files
from portal.counting import note
from portal.errors import Refusal
from sandbox.formats import FORMATS

MAX_NUMBER = 999_999_999

blueprint = Blueprint("differences", __name__)
install(blueprint)


@blueprint.get("/data/<name>.diff.csv")
def download(name: str) -> Response:
    """Give what changed from one version of a table to another, as CSV."""
    parameters = Parameters("from", "to", "excel")
    excel = parameters.choice("excel", EXCEL_LANGUAGES)
    numbers = [parameters.number(end, 0, minimum=1, maximum=MAX_NUMBER) for end in ("from", "to")]
    for end, number in zip(("from", "to"), numbers, strict=True):
        if not number:
            raise Refusal(400, "parameter-missing", name=end)
    require_table(name)
    old, new = (side_of(version_of(name, str(number))) for number in numbers)
    form = Form("csv", excel, since=old, digest=key_digest(old, new))
    etag = form.key
    response = Response(status=304)
    if not request.if_none_match.contains_weak(etag):
        files = derived_files()
        is_dear = new.version.size_bytes + old.version.size_bytes > CHEAP_PARQUET_BYTES
        made = files.kept(new.version, form)
        if made is None and request.method == "HEAD" and is_dear:
            response = Response()
        else:
            made = made or files.make(new.version, form, new.file)
            response = send_file(  # type: ignore[assignment]  # typed as Werkzeug's
                made, request.environ, mimetype="text/csv", etag=etag, response_class=Response
            )
    response.set_etag(etag)
    response.headers["Cache-Control"] = "public, no-cache, no-transform"
    if response.status_code != 304:
        response.headers["Content-Type"] = FORMATS["csv"].media_type
        file_name = f"{name}-v{numbers[0]}-v{numbers[1]}-diff.csv"
        response.headers.set("Content-Disposition", "attachment", filename=file_name)
    note(Kind.DOWNLOAD, name)
    return response
