"""Clients of Apple's gateway, one for each connection."""

from functools import lru_cache

from omnichannel import amb

# While Apple waits for us: a large reply takes three calls, and Apple gives up after thirty seconds.
IMPATIENT = (2.0, 4.0)
PATIENT = (5.0, 30.0)


@lru_cache(maxsize=200)
def gateway(credentials: amb.Credentials, url: str, timeout: tuple[float, float] = PATIENT) -> amb.Gateway:
    """Return the client of one connection; it keeps its token between calls."""
    return amb.Gateway(credentials, url, timeout=timeout)
