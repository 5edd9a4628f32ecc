"""Every promise names tests that there are."""

from pathlib import Path

import pytest

from tests.campaign.__main__ import EVERYTHING, parsed
from tests.campaign.promises import PROMISES, table


def test_each_promise_has_tests_that_are_there() -> None:
    root = Path(__file__).parents[2]
    for promise in PROMISES:
        assert promise.tests
        for test in promise.tests:
            file, name = test.split("::")
            assert f"def {name}(" in (root / file).read_text(encoding="utf-8"), test
    assert all(promise.what in table() for promise in PROMISES)


def test_without_parts_everything_is_tried() -> None:
    assert parsed([]).parts == EVERYTHING
    assert parsed(["verbs", "disks"]).parts == ["verbs", "disks"]
    with pytest.raises(SystemExit):
        parsed(["verb"])
