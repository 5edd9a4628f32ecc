"""Where the system lacks what the window needs, a person reads which packages to install."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.no_window import refuse_window
from lnl_gui.pipeline.diagnosis import window


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system whose loader finds neither of two libraries, and Qt at its import the first one."""
    (tmp_path / "ldd").write_text(
        "#!/bin/sh\necho '\tlibGL.so.1 => not found'\necho '\tlibxcb-cursor.so.0 => not found'\n"
    )
    (tmp_path / "ldd").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("DISPLAY", ":0")
    said = "ImportError: libGL.so.1: cannot open shared object file: No such file or directory"
    monkeypatch.setattr(window, "_try", lambda _program, _more: ([], said))
    yield


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the loader of Linux")
@pytest.mark.usefixtures("bare")
def test_all_missing_libraries_are_told_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Loader:
        def __getattr__(self, name: str) -> object:
            raise ImportError(
                "libGL.so.1: cannot open shared object file: No such file or directory"
            )

    monkeypatch.setitem(sys.modules, "lnl_gui.gui.shell.program.app", Loader())  # type: ignore[arg-type]
    assert main([]) == 3
    said = capsys.readouterr().err
    assert "libGL.so.1, libxcb-cursor.so.0" in said
    assert "sudo apt-get install libgl1 libxcb-cursor0" in said
    assert "Traceback" not in said


def test_another_error_of_importing_the_window_is_a_bug() -> None:
    with pytest.raises(ImportError, match="no such name"):
        refuse_window(ImportError("no such name"))
