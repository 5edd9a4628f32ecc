"""Two builds are alike but for what their sources say, and what differs is named."""

import os
import sys
from pathlib import Path

import pytest
from frozen import alike

EPOCH = 1_700_000_000


def program(folder: Path) -> Path:
    (folder / "_internal" / "umap").mkdir(parents=True)
    (folder / "lnl-gui").write_bytes(b"program")
    (folder / "lnl-gui").chmod(0o700)
    (folder / "_internal" / "umap" / "umap_.py").write_text("import numba\n")
    (folder / "_internal" / "liba.so").write_bytes(b"library")
    if sys.platform != "win32":
        (folder / "_internal" / "liba.so.1").symlink_to("liba.so")
    return folder


def test_a_trial_leaves_nothing_and_all_gets_one_time_and_plain_rights(tmp_path: Path) -> None:
    tried, other = program(tmp_path / "tried"), program(tmp_path / "other")
    cache = tried / "_internal" / "umap" / "__pycache__"
    cache.mkdir()
    (cache / "umap_.fast-12.py311.1.nbc").write_bytes(b"code of this processor")
    (tried / "lnl-gui").chmod(0o775)
    (tried / "_internal" / "liba.so").chmod(0o600)
    for folder in (tried, other):
        alike.settle(folder, EPOCH)
    assert alike.differences(tried, other) == []
    assert not cache.exists()
    assert os.access(tried / "lnl-gui", os.X_OK)
    for path in (tried, *tried.rglob("*")):
        assert path.stat().st_mtime == EPOCH
        if not path.is_symlink() and sys.platform != "win32":
            expected = 0o755 if path.is_dir() or path.name == "lnl-gui" else 0o644
            assert path.stat().st_mode & 0o777 == expected
    if os.utime in os.supports_follow_symlinks:
        assert (tried / "_internal" / "liba.so.1").lstat().st_mtime == EPOCH


@pytest.mark.skipif(sys.platform == "win32", reason="links and rights")
def test_what_differs_is_named_and_one_sum_tells_it(tmp_path: Path) -> None:
    first, second = program(tmp_path / "first"), program(tmp_path / "second")
    sums = [alike.digest_of(alike.listing(folder)) for folder in (first, second)]
    assert sums[0] == sums[1]
    (second / "lnl-gui").chmod(0o755)
    (second / "_internal" / "umap" / "umap_.py").write_text("import numpy\n")
    (second / "_internal" / "liba.so.1").unlink()
    (second / "_internal" / "liba.so.1").symlink_to("libb.so")
    (first / "only").write_text("")
    assert [line.partition(" (")[0] for line in alike.differences(first, second)] == [
        "differs: _internal/liba.so.1",
        "differs: _internal/umap/umap_.py",
        "differs: lnl-gui",
        f"only in {first}: only",
    ]
    assert alike.digest_of(alike.listing(second)) != sums[0]


def test_two_installers_are_compared_by_their_bytes(tmp_path: Path) -> None:
    for name, content in (("a.deb", b"one"), ("b.deb", b"one"), ("c.deb", b"two")):
        (tmp_path / name).write_bytes(content)
    assert alike.differences(tmp_path / "a.deb", tmp_path / "b.deb") == []
    assert len(alike.differences(tmp_path / "a.deb", tmp_path / "c.deb")) == 1


def test_of_two_programs_the_modules_that_differ_are_named(tmp_path: Path) -> None:
    writers = pytest.importorskip("PyInstaller.archive.writers", reason="of the extra `build`")
    for name, value in (("first", 1), ("second", 2)):
        modules = {"same": "value = 0", "other": f"value = {value}"}
        codes = {module: compile(text, module, "exec") for module, text in modules.items()}
        inner = tmp_path / f"{name}.pyz"
        writers.ZlibArchiveWriter(
            str(inner), [(module, f"{module}.py", "PYMODULE") for module in codes], codes
        )
        (tmp_path / name).mkdir()
        entries = [("PYZ.pyz", str(inner), False, "z")]
        writers.CArchiveWriter(str(tmp_path / name / "lnl-gui"), entries, "libpython3.so")
    said = alike.differences(tmp_path / "first", tmp_path / "second")
    assert [line.strip() for line in said[1:]] == ["PYZ.pyz: other"]
    assert said[0].startswith("differs: lnl-gui (")
