"""One Redis client a process, with time-outs short enough for a web request."""

from functools import cache

import redis
from django.conf import settings


@cache
def client() -> redis.Redis:
    """Return the process-wide client; calls raise ``redis.RedisError`` within two seconds when the server is gone."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
