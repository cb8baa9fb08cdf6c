"""Whether the web process answers."""

import http.client
from typing import Final

from omnichannel.launcher.options import Options

PATH: Final = "/healthz"


def is_healthy(options: Options) -> bool:
    """Return whether the health page says yes now."""
    connection = http.client.HTTPConnection(options.near_host, options.port, timeout=2)
    try:
        connection.request("GET", PATH, headers={"Host": f"localhost:{options.port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
