"""What is imported after Qt is not read by it, and its other spelling works as ever."""

import gc
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import PySide6
import pytest
from PySide6 import QtCore
from PySide6.QtCore import QObject

from lnl_gui.__main__ import main
from lnl_gui.gui.shell.program import app
from lnl_gui.gui.shell.program.qt_imports import uses_qt

SCRIPT = """
import linecache, sys
from PySide6.QtCore import QObject
from lnl_gui.gui.shell.program.qt_imports import read_no_sources
read_no_sources()
import plain, spelt
assert spelt.named() == "spelt" and plain.named() == "plain"
read = {file for file in linecache.cache if file.startswith(sys.argv[1])}
assert not read, read
"""


def test_no_source_is_read_and_a_module_may_spell_in_its_way(tmp_path: Path) -> None:
    body = "from PySide6.QtCore import QObject\ndef named():\n    item = QObject()\n"
    plain = "    item.setObjectName('plain')\n    return item.objectName()\n"
    spelt = "    item.set_object_name('spelt')\n    return item.object_name()\n"
    (tmp_path / "plain.py").write_text(body + plain)
    (tmp_path / "spelt.py").write_text("from __feature__ import snake_case\n" + body + spelt)
    search = f"import sys; sys.path.insert(0, {str(tmp_path)!r})"
    done = subprocess.run(
        [sys.executable, "-c", search + SCRIPT, str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("held", [PySide6, QtCore, QObject])
def test_a_module_that_holds_something_of_qt_is_known(held: object) -> None:
    module = ModuleType("some")
    vars(module)["number"] = 1
    assert not uses_qt(module)
    vars(module)["held"] = held
    assert uses_qt(module)
    assert not uses_qt(None)


def test_the_window_has_it_so_before_its_own_modules_come(monkeypatch: pytest.MonkeyPatch) -> None:
    features = sys.modules["PySide6.support.feature"]
    monkeypatch.setattr(features, "_mod_uses_pyside", lambda _module: True)
    # Imported anew, as at the start, and not what it imports.
    monkeypatch.delitem(sys.modules, app.__name__)
    asked: list[object] = []

    class Watched:
        """Finds nothing, and notes what was so when it was asked for the window."""

        def find_spec(self, name: str, *_: object) -> None:
            if name == app.__name__:
                asked.extend([vars(features)["_mod_uses_pyside"], gc.isenabled()])
                raise ImportError(name)

    monkeypatch.setattr(sys, "meta_path", [Watched(), *sys.meta_path])
    before = gc.isenabled()
    with pytest.raises(ImportError, match=app.__name__):
        main([])
    assert asked == [uses_qt, False] and gc.isenabled() is before
