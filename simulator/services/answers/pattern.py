"""Tries the pattern of a form on what was typed, in a process of its own: some patterns come to no end."""

import json
import subprocess
import sys

LONGEST_SECONDS = 2.0
_NO_MATCH = 3
_SEARCH = f"""
import json, re, sys
pattern, words = json.load(sys.stdin)
try:
    found = re.search(pattern, words)
except (re.error, RecursionError, OverflowError):
    found = True
sys.exit(0 if found else {_NO_MATCH})
"""


def is_match(pattern: str, words: str) -> bool:
    """Tell whether words have the form of a pattern; one that cannot be read, or takes too long, checks nothing."""
    command = [sys.executable, "-I", "-S", "-c", _SEARCH]
    try:
        ended = subprocess.run(
            command,
            input=json.dumps([pattern, words]),
            text=True,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return ended.returncode != _NO_MATCH
