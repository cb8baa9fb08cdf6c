"""The product's settings for tools that only import them, such as mypy in an editor: no server is ever asked."""

import os

for name, value in {
    "SECRET_KEY": "imported by a type checker and never used to sign",
    "FIELD_KEYS": "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SIMULATOR": "on",
}.items():
    os.environ.setdefault(name, value)

from omnichannel.settings import *  # noqa: E402, F403 - the values above come first
