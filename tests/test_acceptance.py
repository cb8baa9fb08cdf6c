"""The table of acceptance criteria is true, and what the first release promises is proven."""

from pathlib import Path

import pytest

from tests import acceptance
from tests.acceptance import Claim, WrongClaim

FIRST_RELEASE = "E1-E9,E17-E20,R1-R4,R14,B1-B15"
SOURCE = """
import pytest
pytestmark = [pytest.mark.accepts("E1")]

@pytest.mark.accepts("E2", "E3")
def test_plain(): ...

@pytest.mark.accepts("E4")
class TestGroup:
    @pytest.mark.accepts("E5")
    async def test_inside(self): ...

@pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.accepts("E6"))])
def test_many(n): ...
"""


def test_every_claimed_criterion_exists() -> None:
    assert acceptance.unknown(acceptance.claims()) == []


@pytest.mark.parametrize("criterion", acceptance.spread(FIRST_RELEASE))
def test_the_first_release_proves(criterion: str) -> None:
    proven = {claim.criterion for claim in acceptance.claims()}

    assert criterion in proven


def test_marks_count_on_modules_classes_functions_and_parameters(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_it.py").write_text(SOURCE)

    assert acceptance.claims(folder) == [
        Claim("E1", "tests/test_it.py"),
        Claim("E2", "tests/test_it.py::test_plain"),
        Claim("E3", "tests/test_it.py::test_plain"),
        Claim("E4", "tests/test_it.py::TestGroup"),
        Claim("E5", "tests/test_it.py::TestGroup::test_inside"),
        Claim("E6", "tests/test_it.py::test_many"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "@pytest.mark.accepts(NAME)\ndef test_it(): ...",
        "@pytest.mark.accepts()\ndef test_it(): ...",
        '@pytest.mark.accepts("E1")\ndef helper(): ...',
        '@pytest.mark.accepts("E1")\nclass Helpers: ...',
    ],
)
def test_a_mark_that_proves_nothing_is_an_error(source: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(source)

    with pytest.raises(WrongClaim):
        acceptance.claims(tmp_path)


def test_ranges_name_every_id_in_them() -> None:
    assert acceptance.spread("E1-E3, R14,A1.1-1") == ["E1", "E2", "E3", "R14", "A1.1-1"]


def test_an_id_that_no_test_proves_fails_where_it_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    code = acceptance.main(["--missing", "--require", "E999"])

    assert code == 1
    assert "E999 is required and does not exist." in capsys.readouterr().err


def test_the_table_names_every_criterion_and_the_totals(capsys: pytest.CaptureFixture[str]) -> None:
    code = acceptance.main([])
    lines = capsys.readouterr().out.splitlines()

    assert code == 0
    assert {line.split()[0] for line in lines[:-1] if not line.startswith(" ")} == set(acceptance.criteria())
    assert lines[-1].startswith(f"{len({claim.criterion for claim in acceptance.claims()})} of ")
