"""Atomic files, throttle, errors, folders."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.util import paths
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import atomic_file, atomic_folder, read_json, write_json
from lnl_gui.util.throttle import Throttle


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_file(target) as stream:
        stream.write(b"half")
        raise ZeroDivisionError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_values_survive(tmp_path: Path) -> None:
    write_json(tmp_path / "new" / "a.json", {"é": [1, None]})
    assert read_json(tmp_path / "new" / "a.json") == {"é": [1, None]}
    write_array(tmp_path / "a.npy", np.arange(3))
    assert np.load(tmp_path / "a.npy").tolist() == [0, 1, 2]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(OSError), atomic_folder(tmp_path / "out") as folder:
        (folder / "one").write_text("1")
        raise OSError(errno.ENOSPC, "no space")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "out").mkdir()
    with atomic_folder(tmp_path / "out") as folder:
        (folder / "one").write_text("1")
        assert list((tmp_path / "out").iterdir()) == []
    assert (tmp_path / "out" / "one").read_text() == "1"


def test_throttle_lets_ten_a_second_through_and_first_and_last() -> None:
    now = 0.0
    throttle = Throttle(clock=lambda: now)
    passed = []
    for done in range(1001):
        now = done / 1000
        if throttle.report("embedding", done, 1000):
            passed.append(done)
    assert passed[0] == 0
    assert passed[-1] == 1000
    assert 10 <= len(passed) <= 12


def test_rate_does_not_count_what_was_resumed() -> None:
    now = 0.0
    throttle = Throttle(clock=lambda: now)
    throttle.report("embedding", 5000, 10000)
    now = 10.0
    pace = throttle.report("embedding", 5100, 10000)
    assert pace is not None
    assert pace.rate == pytest.approx(10.0)
    assert pace.eta_s == pytest.approx(490.0)


def test_operating_system_errors_say_what_to_do() -> None:
    full = as_user_error(OSError(errno.ENOSPC, "No space left", "/data/x"), "save the model")
    assert (full.code, full.retryable) == ("disk_full", True)
    assert "/data/x" in str(full.message)
    denied = as_user_error(PermissionError(errno.EACCES, "denied", "/data/x"), "save the model")
    assert denied.code == "permission"
    assert "permissions changed, or choose another" in str(denied.hint)


def test_home_moves_together(own_home: Path) -> None:
    for folder in (paths.cache_folder(), paths.settings_folder(), paths.log_folder()):
        assert own_home in folder.parents


def test_resources_are_found() -> None:
    assert paths.resource().is_dir()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_an_atomic_file_may_be_read_by_whom_any_new_file_may(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    with atomic_file(tmp_path / "atomic") as stream:
        stream.write(b"x")
    modes = {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert len(modes) == 1
