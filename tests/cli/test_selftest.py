"""The selftest's table and exit code; the checks themselves run in the frozen program."""

import json
import sys
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.verbs import selftest, selftest_checks
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message


def works(_folder: Path) -> Message:
    return message("{count} made", count=3)


def fails(_folder: Path) -> Message:
    raise selftest_checks.Failed(message("no file was written"))


def breaks(_folder: Path) -> Message:
    raise OSError("libopenvino.so is not there")


def test_what_fails_is_told_and_the_rest_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = {"first": fails, "second": breaks, "third": works}
    monkeypatch.setattr(selftest, "CHECKS", checks)
    assert main(["selftest", "--json", "--folder", str(tmp_path / "new")]) == 3
    found = json.loads(capsys.readouterr().out)
    assert found["failed"] == 2
    assert [(each["name"], each["passed"]) for each in found["checks"]] == [
        ("first", False),
        ("second", False),
        ("third", True),
    ]
    assert "libopenvino.so is not there" in found["checks"][1]["text"]


def test_when_all_works_the_code_is_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(selftest, "CHECKS", {"only": works})
    assert main(["selftest"]) == 0
    assert "3 made" in capsys.readouterr().out


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    assert main(["selftest", "--folder", str(tmp_path)]) == 3
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]


def test_a_catalogue_that_is_missing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "German" in str(selftest_checks.check_translations(Path()))
    monkeypatch.setattr(selftest_checks, "load_language", lambda _code: selftest_checks.ENGLISH)
    with pytest.raises(selftest_checks.Failed, match="German"):
        selftest_checks.check_translations(Path())


def test_the_application_must_read_all_urls_and_an_installation_may_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Whatever is installed here.
    monkeypatch.setattr(selftest_checks, "import_reader", lambda scheme: None)
    assert "s3, gs, az, https, http, sftp" in str(selftest_checks.check_stores(Path()))

    def without_google(scheme: str) -> None:
        if scheme == "gs":
            raise UserError(message("gcsfs is not installed"))

    monkeypatch.setattr(selftest_checks, "import_reader", without_google)
    assert "s3, az, https, http, sftp" in str(selftest_checks.check_stores(Path()))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(selftest_checks.Failed, match="gcsfs"):
        selftest_checks.check_stores(Path())


def test_a_verb_that_fails_gives_its_words() -> None:
    with pytest.raises(selftest_checks.Failed, match="exit code 2"):
        selftest_checks._run(["no-such-verb"])
