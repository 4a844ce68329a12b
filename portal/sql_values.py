"""The values of the parameters of a query, as a form or an address has them: `?$since=2026-01-01`,
in the order in which they come.
"""

from flask import request

from portal.errors import Refusal

SIGN = "$"
MAX_VALUES = 50


def texts_sent() -> dict[str, str]:
    """Return the values that the request brings, by the name of the parameter. Raises Refusal."""
    found = {}
    for key in request.values:
        if key.startswith(SIGN) and len(key) > 1:
            values = request.values.getlist(key)
            if len(values) > 1:
                raise Refusal(400, "parameter-repeated", name=key, count=len(values))
            found[key[1:]] = values[0]
    if len(found) > MAX_VALUES:
        raise Refusal(400, "parameters-many", maximum=MAX_VALUES)
    return found
