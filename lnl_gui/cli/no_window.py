"""The window whose libraries the system lacks: said with what to install, and no traceback."""

import re

from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.failures import Failure, report
from lnl_gui.util.messages import message
from lnl_gui.util.process.program import program_command
from lnl_gui.util.translation import (
    chosen_language,
    language_code,
    load_language,
    use_language,
)

CODE = "no_window"
_LOADER_SAYS = re.compile(r"cannot\sopen\sshared\sobject")


def refuse_window(error: ImportError) -> int:
    """Say which libraries are missing and how to install them; returns the exit code.

    Args:
        error: of importing the window.

    Raises:
        ImportError: the same one, when it is of another kind, which is a bug.
    """
    if not _LOADER_SAYS.search(str(error)):
        raise error
    from lnl_gui.pipeline.diagnosis.finding import MISSING
    from lnl_gui.pipeline.diagnosis.window import check_window

    use_language(load_language(language_code(chosen_language())))
    found = [each for each in check_window(program_command()) if each.state == MISSING]
    what = message(
        "The window cannot open: {reason}", reason=found[0].text if found else str(error)
    )
    hint = found[0].hint if found else message("`lnl-gui doctor` looks for what is missing.")
    return report(Failure(CODE, what, hint, MENDABLE), as_json=False)
