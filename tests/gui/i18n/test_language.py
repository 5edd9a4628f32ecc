"""What the window says in German."""

import os
import subprocess
import sys
from pathlib import Path

from lnl_gui.util.translation import LANGUAGE_VARIABLE
from tests.gui.projects import make_project

SHOW = """
import sys
from collections.abc import Iterator
from pathlib import Path
from lnl_gui.gui.shell.program.app import application
from lnl_gui.gui.i18n.language import install_language
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.style.theme import LIGHT, Theme
qt = application()
install_language(qt, "de")
from lnl_gui.gui.shell.main_window import MainWindow
import numpy as np
window = MainWindow(Theme(qt, LIGHT), Settings(theme=LIGHT))
window.resize(1300, 860)
window.show()
window.projects.open_project(Path(sys.argv[1]))
qt.processEvents()
words = [window.action_table["accept"].text(), window.page.left.tabText(0)]
words += [window.banner.title.full(), window.page.view_bar.shown.full()]
window.project.review.decide_rows("keep", np.arange(3))
words += [window.action_table["undo"].toolTip()]
print("\\n".join(words))
window.controller.shutdown()
window.close()
"""


def test_the_window_opens_in_german(tmp_path: Path) -> None:
    project = make_project(tmp_path / "tiere.lnl", 40)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop(LANGUAGE_VARIABLE, None)
    done = subprocess.run(
        [sys.executable, "-c", SHOW, str(project)],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Annehmen",
        "Filter",
        "20 Verdächtige prüfen",
        "20 offen  ·  20 Verdächtige",
        "Rückgängig: Label behalten für 3 Bilder (Strg+Z)",
    ]
