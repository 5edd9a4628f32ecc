"""A container has less memory than its machine."""

from pathlib import Path

import psutil
import pytest

from lnl_gui.util.process.free_memory import free_memory

MEBIBYTE = 1 << 20


def second_version(folder: Path, most: str) -> None:
    (folder / "memory.max").write_text(f"{most}\n")
    (folder / "memory.current").write_text(f"{60 * MEBIBYTE}\n")
    (folder / "memory.stat").write_text(
        f"anon 7\ninactive_file {20 * MEBIBYTE}\nactive_file 9\nslab_inactive_file 1\n"
    )


def test_what_files_take_of_a_container_is_free(tmp_path: Path) -> None:
    second_version(tmp_path, str(100 * MEBIBYTE))
    assert free_memory(tmp_path) == 60 * MEBIBYTE


def test_the_first_version_tells_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "memory"
    folder.mkdir()
    (folder / "memory.limit_in_bytes").write_text(f"{90 * MEBIBYTE}\n")
    (folder / "memory.usage_in_bytes").write_text(f"{80 * MEBIBYTE}\n")
    (folder / "memory.stat").write_text("inactive_file 5\ntotal_inactive_file 0\n")
    assert free_memory(tmp_path) == 10 * MEBIBYTE


def test_a_full_container_has_none(tmp_path: Path) -> None:
    second_version(tmp_path, str(30 * MEBIBYTE))
    assert free_memory(tmp_path) == 0


@pytest.mark.parametrize("kind", ["nothing", "no limit", "not a number"])
def test_without_a_limit_it_is_the_machines(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind != "nothing":
        second_version(tmp_path, "max" if kind == "no limit" else "?")
    memory = psutil.virtual_memory()._replace(available=123 * MEBIBYTE)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    assert free_memory(tmp_path) == 123 * MEBIBYTE
