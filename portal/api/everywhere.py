"""What every request goes through: unknown addresses below ours in JSON, rights, headers for other
origins.
"""

from flask import Blueprint, Response, request

from portal.accounts import rights
from portal.accounts.errors import AccountError
from portal.api.answers import allow_other_origins
from portal.api.errors import answer_unknown_address, error_answer, is_ours

blueprint = Blueprint("everywhere", __name__)


@blueprint.before_app_request
def check_rights() -> Response | None:
    """Refuse what may not reach its view: in JSON below ours, else the application shows it."""
    try:
        rights.check_request()
    except AccountError as refusal:
        if is_ours(request.path):
            return error_answer(refusal)
        raise
    return None


blueprint.before_app_request(answer_unknown_address)
blueprint.after_app_request(allow_other_origins)
