"""`python -m tests.acceptance`: which test proves which acceptance criterion, read from the tests themselves."""

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
CRITERIA = TESTS / "acceptance.toml"
RANGE = re.compile(r"([A-Z]+)(\d+)-([A-Z]+)(\d+)")
Named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Scope = ast.Module | Named


class WrongClaim(Exception):
    """A mark that proves nothing; ``str()`` of it says where and why."""


@dataclass(frozen=True)
class Claim:
    """One test, or a class or module of tests, and a criterion that it proves."""

    criterion: str
    test: str


def criteria() -> dict[str, str]:
    """Return the text of each criterion by id, in the order of the file."""
    return {name: entry["text"] for name, entry in tomllib.loads(CRITERIA.read_text()).items()}


def claims(folder: Path = TESTS) -> list[Claim]:
    """Return every claim of the tests in a folder."""
    files = sorted(folder.rglob("test_*.py"))
    return [claim for file in files for claim in _claims_in(file, file.relative_to(folder.parent).as_posix())]


def unknown(found: Iterable[Claim]) -> list[Claim]:
    """Return the claims of criteria that do not exist."""
    known = criteria()
    return [claim for claim in found if claim.criterion not in known]


def spread(text: str) -> list[str]:
    """Return the ids that a list with ranges names: ``E1-E3,R14``."""
    return [name for part in text.split(",") if part.strip() for name in _spread(part.strip())]


def main(arguments: list[str]) -> int:
    """Print the table; return 1 where a claim is wrong or a required criterion has no test."""
    options = _parser().parse_args(arguments)
    try:
        found = claims()
    except WrongClaim as fault:
        return _complain([str(fault)])
    wrong = [f"{claim.test} claims {claim.criterion}, which does not exist." for claim in unknown(found)]
    tests = _tests_by_criterion(found)
    required = options.require
    wrong += [f"{name} is required and does not exist." for name in required if name not in tests]
    wrong += [f"{name} has no test." for name in required if name in tests and not tests[name]]
    sys.stdout.writelines(f"{line}\n" for line in _table(tests, only_missing=options.missing))
    return _complain(wrong)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance", description=__doc__)
    parser.add_argument("--missing", action="store_true", help="show only the criteria without a test")
    parser.add_argument(
        "--require", type=spread, default="", metavar="IDS", help="fail where one of these has no test: E1-E9,R14"
    )
    return parser


def _complain(lines: list[str]) -> int:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


def _tests_by_criterion(found: Iterable[Claim]) -> dict[str, list[str]]:
    tests: dict[str, list[str]] = {name: [] for name in criteria()}
    for claim in found:
        tests.get(claim.criterion, []).append(claim.test)
    return tests


def _table(tests: Mapping[str, list[str]], *, only_missing: bool) -> Iterator[str]:
    texts = criteria()
    for name, proofs in tests.items():
        if not proofs:
            yield f"{name:<10} no test: {texts[name]}"
        elif not only_missing:
            yield f"{name:<10} {texts[name]}"
            yield from (f"{'':<10} - {proof}" for proof in proofs)
    proven = sum(bool(proofs) for proofs in tests.values())
    yield f"{proven} of {len(tests)} criteria have a test, {len(tests) - proven} have none."


def _spread(part: str) -> list[str]:
    match = RANGE.fullmatch(part)
    if not match:
        return [part]
    prefix, first, last_prefix, last = match.groups()
    numbers = range(int(first), int(last) + 1)
    if prefix != last_prefix or not numbers:
        raise argparse.ArgumentTypeError(f"{part} is not a range.")
    return [f"{prefix}{number}" for number in numbers]


def _claims_in(file: Path, name: str) -> Iterator[Claim]:
    source = file.read_text()
    # Most files claim nothing, and parsing is what takes the time.
    if "accepts" in source:
        yield from _claims_of(ast.parse(source), name)


def _claims_of(scope: Scope, test: str) -> Iterator[Claim]:
    for node in _own_nodes(scope):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "accepts":
            yield from (Claim(name, test) for name in _ids(node, scope, test))
    for inner in _inner_scopes(scope):
        yield from _claims_of(inner, f"{test}::{inner.name}")


def _own_nodes(scope: Scope) -> Iterator[ast.AST]:
    """Yield what belongs to a scope itself: its marks, and what it runs, without the scopes inside it."""
    marks = [] if isinstance(scope, ast.Module) else scope.decorator_list
    plain = [each for each in scope.body if not isinstance(each, Named)]
    for part in (*marks, *plain):
        yield from ast.walk(part)


def _inner_scopes(scope: Scope) -> Iterator[Named]:
    for node in scope.body:
        if isinstance(node, Named):
            yield node


def _ids(mark: ast.Call, scope: Scope, test: str) -> list[str]:
    ids = [each.value for each in mark.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if not ids or mark.keywords or len(ids) < len(mark.args):
        raise WrongClaim(f"{test}, line {mark.lineno}: accepts() takes ids as plain text.")
    if not _is_collected(scope):
        raise WrongClaim(f"{test}, line {mark.lineno}: pytest does not run this, so it proves nothing.")
    return ids


def _is_collected(scope: Scope) -> bool:
    if isinstance(scope, ast.Module):
        return True
    return scope.name.startswith("Test" if isinstance(scope, ast.ClassDef) else "test_")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
