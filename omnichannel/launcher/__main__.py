"""The launcher's command line: run the product, or a command in throw-away surroundings, or every check."""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from types import FrameType

from omnichannel.launcher import check, product
from omnichannel.launcher.alone import alone
from omnichannel.launcher.errors import CannotStart
from omnichannel.launcher.run import run
from omnichannel.launcher.screen import complain
from omnichannel.launcher.throwaway import surroundings


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m omnichannel.launcher", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything and serve until Ctrl-C")
    commands.add_parser("check", help="run every check of the source code")
    throw_away = commands.add_parser("exec", help="run a command with servers that are gone afterwards")
    throw_away.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND ...")
    by_itself = commands.add_parser(
        "alone", help="run a command with the installation's servers and nothing else of it"
    )
    by_itself.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND ...")
    given = parser.parse_args(arguments)
    if given.command == "run":
        return run(product.plan)
    if given.command == "alone":
        return _in(alone(), _words(given.words, parser))
    return _in(surroundings(), check.COMMAND if given.command == "check" else _words(given.words, parser))


def _words(given: list[str], parser: argparse.ArgumentParser) -> list[str]:
    words = given[1:] if given[:1] == ["--"] else given
    if not words:
        parser.error("a command is missing: -- COMMAND ...")
    return words


def _in(surrounded: AbstractContextManager[dict[str, str]], words: list[str]) -> int:
    try:
        with surrounded as environment, subprocess.Popen(words, env=os.environ | environment) as process:
            _pass_on_signals(process)
            return process.wait()
    except CannotStart as error:
        complain(str(error))
    except OSError as error:
        complain(f"{words[0]}: {error.strerror or error}")
    return 1


def _pass_on_signals(process: subprocess.Popen[bytes]) -> None:
    """Let the command decide what a signal means; the terminal sends it Ctrl-C itself."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT:
            process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
