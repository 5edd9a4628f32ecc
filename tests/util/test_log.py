import errno
import logging
from pathlib import Path

import pytest

from lnl_gui.util.log import logged, logger, quiet_root_logger


def test_libraries_leave_the_root_logger_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level, filters = root.handlers[:], root.level, root.filters[:]
    with quiet_root_logger():
        logging.warning("Nobody asked for this advice.")
        root.setLevel(logging.DEBUG)
        root.addHandler(logging.StreamHandler())
    assert (root.handlers, root.level, root.filters) == (before, level, filters)
    assert "advice" not in capsys.readouterr().err


def test_a_full_disk_under_the_log_is_no_fault_of_what_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with logged(tmp_path / "l.log"):
        (handler,) = (each for each in logger.handlers if hasattr(each, "baseFilename"))
        monkeypatch.setattr(handler, "flush", full)
        logger.warning("A line that the disk has no place for.")
    assert handler not in logger.handlers
