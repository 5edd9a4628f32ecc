"""All that is looked at, in one list."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from lnl_gui.pipeline.diagnosis.finding import MISSING, Diagnosis
from lnl_gui.pipeline.diagnosis.machine import check_devices
from lnl_gui.pipeline.diagnosis.network import check_network
from lnl_gui.pipeline.diagnosis.places import check_places
from lnl_gui.pipeline.diagnosis.versions import check_extras, check_versions
from lnl_gui.pipeline.diagnosis.weights import check_weights
from lnl_gui.pipeline.diagnosis.window import check_window
from lnl_gui.util.messages import message

Check = Callable[[], Iterable[Diagnosis]]


def diagnose(program: Sequence[str]) -> Iterator[Diagnosis]:
    """Look at everything; what cannot be looked at is a finding too.

    Args:
        program: the words that start LNL again, for the window.
    """
    sections: list[tuple[str, Check]] = [
        ("versions", check_versions),
        ("devices", check_devices),
        ("places", check_places),
        ("network", check_network),
        ("window", lambda: check_window(program)),
        ("extras", check_extras),
        ("weights", check_weights),
    ]
    for section, check in sections:
        try:
            yield from check()
        except Exception as error:
            # This is what is asked when something is broken: one section must not hide the others.
            text = message(
                "could not be looked at: {kind}: {error}", kind=type(error).__name__, error=error
            )
            yield Diagnosis(section, section, text, MISSING)
