"""One Redis client a process, with time-outs short enough for a web request."""

from functools import cache

import redis
from django.conf import settings


def client() -> redis.Redis:
    """Return the process-wide client; calls raise ``redis.RedisError`` within two seconds when the server is gone."""
    return _client(settings.REDIS_URL)


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
