"""What jobs leave as small tables comes back as it was; damaged tables are none, or an error."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.store.dataset.added_samples import DECIDED, AddedSample, read_added, write_added
from lnl_gui.store.detection.detection_tables import (
    DETECTORS,
    ISSUES,
    MIXTURE,
    ClassMixture,
    DetectorEntry,
    IssueEntry,
    read_detectors,
    read_issues,
    read_mixtures,
    write_detector_table,
    write_issue_table,
    write_mixture_table,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, to_json

FOUND = (
    DetectorEntry("neighbours", "Nearest neighbours"),
    DetectorEntry("own", to_json(message("Mine")), to_json(message("{n} of them", n=3))),
)
LOOKED_FOR = (IssueEntry("dark", 4, 0.25, to_json(message("night"))), IssueEntry("odd_size", 0))
MIXTURES = {
    0: ClassMixture((0.1, 2.0), (0.2, 0.4), (0.9, 0.1)),
    11: ClassMixture((0.5,), (0.0,), (1.0,), pooled=True),
}
TABLES: tuple[tuple[str, Callable[[Path], None], Callable[[Path | None], object], object], ...] = (
    (DETECTORS, lambda folder: write_detector_table(folder, iter(FOUND)), read_detectors, FOUND),
    (ISSUES, lambda folder: write_issue_table(folder, iter(LOOKED_FOR)), read_issues, LOOKED_FOR),
    (MIXTURE, lambda folder: write_mixture_table(folder, MIXTURES), read_mixtures, MIXTURES),
)


@pytest.mark.parametrize(("name", "write", "read", "content"), TABLES)
def test_a_table_of_a_detection_comes_back_as_it_was(
    tmp_path: Path,
    logged: io.StringIO,
    name: str,
    write: Callable[[Path], None],
    read: Callable[[Path | None], object],
    content: object,
) -> None:
    nothing = type(content)()
    assert read(None) == nothing and read(tmp_path) == nothing
    write(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert read(tmp_path) == content
    assert not logged.getvalue()


@pytest.mark.parametrize(("name", "write", "read", "content"), TABLES)
def test_a_damaged_table_counts_as_none_and_is_logged(
    tmp_path: Path,
    logged: io.StringIO,
    name: str,
    write: Callable[[Path], None],
    read: Callable[[Path | None], object],
    content: object,
) -> None:
    file = tmp_path / name
    write(tmp_path)
    text = file.read_text(encoding="utf-8")
    for damaged in (text[:-2], "7", '[{"name": 3}]', '{"classes": {"a": {}}}'):
        file.write_text(damaged, encoding="utf-8")
        assert read(tmp_path) == type(content)()
        assert name in logged.getvalue()
        logged.truncate(0)
    file.write_text(text, encoding="utf-8")
    assert read(tmp_path) == content


def test_fields_of_a_newer_version_are_passed_over_and_rewritten_tables_read_anew(
    tmp_path: Path,
) -> None:
    file = tmp_path / ISSUES
    for count in (3, 4):
        entry = {"name": "dark", "count": count, "colour": "black"}
        file.write_text(json.dumps([entry]), encoding="utf-8")
        # As long as before: its time alone tells.
        os.utime(file, ns=(count, count))
        assert read_issues(tmp_path) == (IssueEntry("dark", count),)


def test_added_samples_come_back_with_who_decided(tmp_path: Path) -> None:
    samples = [AddedSample(3, "ann"), AddedSample(0, "bób")]
    write_added(tmp_path, samples)
    assert read_added(tmp_path / DECIDED) == samples
    write_added(tmp_path, [])
    assert read_added(tmp_path / DECIDED) == []
    (tmp_path / DECIDED).write_text('[{"row": 1, "reviewer": "ann", "newer": 5}]', encoding="utf-8")
    assert read_added(tmp_path / DECIDED) == [AddedSample(1, "ann")]


@pytest.mark.parametrize("text", ["{}", '[{"row": 1}]', '[{"row": "1", "reviewer": "a"}]', "["])
def test_damaged_added_samples_are_an_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(OSError, match=DECIDED):
        read_added(tmp_path / DECIDED)
    (tmp_path / DECIDED).write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=DECIDED):
        read_added(tmp_path / DECIDED)
