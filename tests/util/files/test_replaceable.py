"""What may be written over, and what is refused where the name itself is the trouble."""

from pathlib import Path

import pytest

from lnl_gui.util.errors import UserError
from lnl_gui.util.files.replaceable import begins_with, refuse_other_kind
from lnl_gui.util.messages import message

PAGE = begins_with(rb"<html>")


def test_what_is_of_the_same_kind_or_nobodys_is_replaced(tmp_path: Path) -> None:
    page, empty = tmp_path / "page.html", tmp_path / "empty.html"
    page.write_bytes(b"<html>old")
    empty.touch()
    for target in (page, empty, tmp_path / "new.html"):
        refuse_other_kind(target, message("a page"), PAGE)


def test_what_is_something_else_is_not(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_bytes(b"file,label\n")
    with pytest.raises(UserError, match="is there already"):
        refuse_other_kind(table, message("a page"), PAGE)


def test_a_name_that_no_file_can_have_is_not_said_to_be_there(tmp_path: Path) -> None:
    refuse_other_kind(tmp_path / ("n" * 300), message("a page"), PAGE)


def test_a_file_that_cannot_be_read_is_taken_for_something_else(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"<html>old")

    def refuses(_file: Path) -> bool:
        raise PermissionError(13, "no right")

    with pytest.raises(UserError, match="is there already"):
        refuse_other_kind(page, message("a page"), refuses)
