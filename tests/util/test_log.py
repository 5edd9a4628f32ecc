import logging

import pytest

from lnl_gui.util.log import quiet_root_logger


def test_libraries_leave_the_root_logger_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level, filters = root.handlers[:], root.level, root.filters[:]
    with quiet_root_logger():
        logging.warning("Nobody asked for this advice.")
        root.setLevel(logging.DEBUG)
        root.addHandler(logging.StreamHandler())
    assert (root.handlers, root.level, root.filters) == (before, level, filters)
    assert "advice" not in capsys.readouterr().err
