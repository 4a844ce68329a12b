"""Signs messages as Standard Webhooks says: HMAC-SHA256 over id, moment and body.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """Return a secret as receivers configure it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def new_id() -> str:
    """Return the id of a message, the same at each attempt: a receiver knows it again."""
    return f"msg_{secrets.token_hex(16)}"


def headers(secret: str, message_id: str, moment: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a message sent at a moment, in seconds since 1970."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret, message_id, moment, body),
    }


def signature(secret: str, message_id: str, moment: int, body: bytes) -> str:
    """Return the signature of a message.

    >>> signature("whsec_" + "A" * 44, "msg_1", 1700000000, b"{}")[:3]
    'v1,'
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
