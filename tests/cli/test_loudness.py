"""How much is said where: `--quiet`, `--verbose`, log files, and no bars in a log."""

import io
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.parser import leaves, verb_parser
from lnl_gui.cli.progress_lines import ProgressLines
from lnl_gui.cli.terminal import Loudness, loudness, mention, tell, warn
from lnl_gui.cli.verb_table import VERBS
from lnl_gui.cli.verbs import info
from lnl_gui.util.messages import Message, message
from tests.builders import make_project


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_can_be_loud_and_quiet(verb: str) -> None:
    for parser in leaves(verb_parser(verb)):
        assert {"--quiet", "--verbose", "--log-file"} <= set(parser._option_string_actions)


@pytest.mark.parametrize("wanted", Loudness)
def test_quiet_leaves_warnings(wanted: Loudness, capsys: pytest.CaptureFixture[str]) -> None:
    with loudness(wanted):
        for say, text in ((mention, "mentioned"), (tell, "told"), (warn, "warned")):
            say(message(text))
    said = ["mentioned", "told", "warned"][2 - wanted :]
    assert capsys.readouterr().err.split() == said


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], list[str]]:
    """`lnl-gui info` that says and logs something."""

    def talk(_options: object) -> int:
        tell(message("told"))
        warn(message("warned"))
        logging.getLogger("lnl_gui.learn").info("logged")
        logging.getLogger("lnl_gui.learn").warning("doubted")
        return 0

    monkeypatch.setattr(info, "run", talk)
    return lambda place: ["info", str(make_project(place / "p.lnl"))]


@pytest.mark.parametrize(
    ("option", "heard"),
    [
        ("--quiet", {"warned", "doubted"}),
        ("-v", {"told", "warned", "logged", "doubted"}),
        ("--log-file=x.log", {"told", "warned", "doubted"}),
    ],
)
def test_a_verb_is_as_loud_as_asked_and_logs_all(
    option: str,
    heard: set[str],
    talkative: Callable[[Path], list[str]],
    tmp_path: Path,
    own_home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    handlers = list(logging.getLogger("lnl_gui").handlers)
    command = talkative(tmp_path)
    assert main([option, *command]) == 0
    before = capsys.readouterr().err
    assert main([*command, option]) == 0
    after = capsys.readouterr().err
    assert before == after
    assert {line.split()[-1] for line in after.splitlines()} == heard
    named = "log-file" in option
    log = tmp_path / "x.log" if named else own_home / "logs" / "command-line.log"
    text = log.read_text(encoding="utf-8")
    for word in ("lnl-gui", "told", "warned", "logged", "doubted", "exit 0"):
        assert text.count(word) >= 2
    assert (own_home / "logs" / "command-line.log").exists() != named
    assert logging.getLogger("lnl_gui").handlers == handlers


def test_a_named_log_that_cannot_be_written_is_said(
    talkative: Callable[[Path], list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    command = [*talkative(tmp_path), "--log-file", str(tmp_path / "file" / "x.log")]
    assert main(command) == 3
    assert "x.log" in capsys.readouterr().err


def test_a_log_without_terminal_has_lines_and_no_bars(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    context = TerminalContext()
    for done in range(5):
        context.progress(message("Looking"), done, 5)
    context.log(message("a line"))
    context.close()
    assert capsys.readouterr().err == "a line\n"


def test_a_terminal_has_a_bar_unless_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stderr", screen := Terminal())
    for wanted, shown in ((Loudness.QUIET, False), (Loudness.NORMAL, True)):
        with loudness(wanted):
            context = TerminalContext()
            context.progress(message("Looking"), 1, 5)
            context.close()
        assert ("Looking" in screen.getvalue()) == shown


def test_a_whole_job_has_one_bar_that_says_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stderr", screen := Terminal())
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    context = TerminalContext()
    for place, stage in enumerate(("Reading", "Learning", "Judging")):
        context.progress(message(stage), 300 * (place + 1), 1000, whole=True)
        # Drawn at once, whatever the pace of the updates.
        assert context._bar is not None
        context._bar.refresh()
    # A stage with numbers of its own has a bar of its own.
    context.progress(message("Other"), 1, 2)
    context.close()
    bars = screen.getvalue().split("\n")
    assert len(bars) == 3 and "Other" in bars[1] and "Other" not in bars[0]
    assert all(f"{stage}: " in bars[0] for stage in ("Reading", "Learning", "Judging"))
    assert " 90 %|" in bars[0] and "1000" not in bars[0]


def test_lines_come_ever_more_seldom() -> None:
    now, written = 0.0, list[tuple[float, str]]()

    def write(line: Message) -> None:
        written.append((now, str(line)))

    lines = ProgressLines(write, clock=lambda: now)
    for second in range(1000):
        now = float(second)
        lines.report(message("Looking"), second, 1000)
    assert [when for when, _ in written] == [10, 30, 70, 150, 310, 610, 910]
    assert written[0][1] == "Looking: 10 of 1,000"
    written.clear()
    lines.report(message("Training"), 1, 2)
    assert written == []
    # Of a whole job the steps are no reason to say more.
    lines = ProgressLines(write, clock=lambda: now)
    for second in range(1000):
        now = float(second)
        lines.report(message(f"step {second // 100}"), second, 1000, whole=True)
    assert [when for when, _ in written] == [10, 30, 70, 150, 310, 610, 910]
    assert written[3][1] == "step 1: 15 % of all"
