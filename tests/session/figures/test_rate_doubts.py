"""What no interval of wrong labels says goes with every sentence that tells one."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.verbs import info
from lnl_gui.pipeline.output import report
from lnl_gui.session.browsing.remaining import remaining_message
from lnl_gui.session.figures.accepting import describe
from lnl_gui.session.session import Session
from lnl_gui.store.detection.rate_doubts import PERHAPS_FEW, PERHAPS_NONE, RATE_UNKNOWN
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import Message, message, to_json
from tests.builders import add_detection, make_project

NONE = PERHAPS_NONE.with_fields(high=0.27)
OTHER = message("Something else.")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    folder = make_project(tmp_path / "letters.lnl", count=90)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as opened:
        yield opened


def detect_again(session: Session, *warnings: Message) -> None:
    run = session.runs.start(DetectParameters(seed=9))
    for name in ("suspicion", "suggested", "flagged", "loss"):
        write_array(run.folder / f"{name}.npy", getattr(session.columns, name))
    said = [to_json(warning) for warning in warnings]
    rate = {"noise_rate": 0.1, "noise_rate_interval": [0.0, 0.27], "samples": 90}
    write_json(run.folder / "summary.json", {"relative_error": 0.6, "warnings": said, **rate})
    session.runs.finish(run.id, "done", RunResult())


def info_lines(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for title, value in info._lines(info.collect_facts(session)):
        found.setdefault(str(title), []).append(str(value))
    return found


def test_where_no_label_may_be_wrong_info_tells_no_number_as_known(session: Session) -> None:
    detect_again(session, OTHER, NONE)
    lines = info_lines(session)
    assert lines["warning"] == [str(NONE)]
    assert "expect" not in lines["budget"][0] and "about" not in lines["remaining"][0]
    assert "0 to" in lines["budget"][0] and "if errors are at random" in lines["budget"][0]
    assert "if errors are at random" in lines["remaining"][0]
    facts = info.collect_facts(session)
    assert facts["rate_doubts"] == [to_json(NONE)] and facts["at_random"]
    detect_again(session, OTHER)
    lines = info_lines(session)
    assert "warning" not in lines and "expect" in lines["budget"][0]
    assert "about" in lines["remaining"][0]


@pytest.mark.parametrize(
    ("warning", "at_random"),
    [
        (NONE, True),
        (PERHAPS_FEW.with_fields(high=0.2), True),
        (RATE_UNKNOWN.with_fields(low=0.1, high=0.4), False),
    ],
)
def test_which_intervals_are_of_errors_at_random_alone(
    session: Session, warning: Message, at_random: bool
) -> None:
    detect_again(session, warning)
    assert session.statistics.rate_doubts == (warning,)
    assert session.statistics.at_random == session.statistics.remaining().at_random == at_random
    assert ("at random" in str(remaining_message(session.statistics.remaining()))) == at_random
    assert info_lines(session)["warning"] == [str(warning)]


def test_accepting_says_that_every_suggestion_may_be_wrong(session: Session) -> None:
    columns = session.columns
    worst = np.argsort(-columns.suspicion)
    rows = worst[columns.suggested[worst] != columns.given[worst]][:12]
    detect_again(session, OTHER, NONE)
    found = session.statistics.accepting(rows)
    said = str(describe(found, session.class_name))
    high = int(np.ceil(found.wrong.high))
    start = f"Up to {high} of {found.count} suggestions may be wrong"
    assert said.startswith(start) and said.endswith(str(NONE))
    assert found.count == 12 and found.wrong.high > float(columns.suspicion[rows].sum())
    # Verdicts on such labels tell, and then the number is known.
    session.keep(worst[:15])
    assert not session.statistics.accepting(worst[15:30]).doubts
    detect_again(session, OTHER)
    found = session.statistics.accepting(rows)
    assert not found.doubts and str(NONE) not in str(describe(found, session.class_name))


def test_a_report_tells_them_beside_the_interval_and_once(session: Session) -> None:
    detect_again(session, OTHER, NONE)
    told = report._noise(session.detection.summary, 0, 0)
    assert [str(said) for said in told.sentences[1:]] == [str(NONE)]
    assert [str(note) for note in told.notes] == [str(OTHER)]
