"""Keeps one token from taking everybody's share: a token bucket in Redis, refilled evenly."""

import math
from functools import cache

import structlog
from redis import RedisError
from redis.commands.core import Script
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from omnichannel.common import redis

# The server's own clock, so that hosts whose clocks differ share one bucket. Answers the seconds to wait, 0 for none.
TAKE_ONE = """
local size, seconds = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(bucket[1]) or size, tonumber(bucket[2]) or now
level = math.min(size, level + (now - at) * size / seconds)
local wait = 0
if level >= 1 then level = level - 1 else wait = (1 - level) * seconds / size end
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(seconds))
return tostring(wait)
"""
# What REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] may change.
RATES = {"api-read": "3000/min", "api-write": "1200/min"}

log = structlog.get_logger(__name__)


class PerToken(BaseThrottle):
    """Reads and writes of one API token, counted apart."""

    seconds_to_wait = 0.0

    def allow_request(self, request: Request, _view: APIView) -> bool:
        scope = "api-read" if request.method in SAFE_METHODS else "api-write"
        self.seconds_to_wait = _take(f"throttle:{scope}:{request.auth.pk}", *_rate(scope))
        return self.seconds_to_wait == 0

    def wait(self) -> float:
        return math.ceil(self.seconds_to_wait)


def _rate(scope: str) -> tuple[int, int]:
    rate = api_settings.DEFAULT_THROTTLE_RATES.get(scope) or RATES[scope]
    number, period = str(rate).split("/")
    return int(number), {"s": 1, "m": 60, "h": 3600, "d": 86400}[period[0]]


def _take(key: str, size: int, seconds: int) -> float:
    try:
        return float(_script()(keys=[key], args=[size, seconds]))
    except RedisError:
        # A limit is a courtesy among programs; without its server the interface still answers.
        log.warning("throttle_unreachable")
        return 0.0


@cache
def _script() -> Script:
    return redis.client().register_script(TAKE_ONE)
