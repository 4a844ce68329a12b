"""Stands between the server's event loop and the application's threads, so that no thread ever
waits for a network.

The server speaks ASGI: thousands of connections cost it no thread. The application is plain WSGI,
in 64 threads. Bodies are waited for and answers sent out here, on the loop; a thread computes an
answer, and is free again. Decision 0007 tells why, and what was measured.
"""

from portal.gateway.gateway import Gateway

__all__ = ["Gateway"]
