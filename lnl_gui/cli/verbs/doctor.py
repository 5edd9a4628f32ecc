"""`lnl-gui doctor`: what LNL can work with here, what is missing, and the command that mends it."""

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path

from lnl_gui.cli import options as shared
from lnl_gui.cli.configure import problems
from lnl_gui.cli.exit_codes import DONE, MENDABLE
from lnl_gui.cli.setting_sources import OWN_VARIABLES, find_settings, settings_file
from lnl_gui.jobs.remote_host import check_host
from lnl_gui.jobs.remote_run import try_host
from lnl_gui.pipeline.diagnosis.diagnose import diagnose
from lnl_gui.pipeline.diagnosis.finding import DOUBT, MISSING, OK, Diagnosis
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, in_english, message
from lnl_gui.util.process.program import program_command
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import harmless

_TITLES = {
    "versions": message("Versions"),
    "devices": message("Devices"),
    "places": message("Places"),
    "network": message("Network"),
    "window": message("Window"),
    "extras": message("Extras"),
    "weights": message("Weights"),
    "settings": message("Settings"),
}
_MARKS = {OK: " ", DOUBT: "!", MISSING: "x"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "--host", metavar="HOST", help=tr("try whether jobs can run on this machine of ssh instead")
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print what was found; 3 where something that is needed is missing."""
    if options.host is not None:
        said = try_host(check_host(options.host))
        print(json.dumps({"host": in_english(said)}) if options.json else localized(said))
        return DONE
    found = [*diagnose(program_command()), *check_settings(options.config)]
    missing = [finding for finding in found if finding.state == MISSING]
    if options.json:
        entries = [finding.as_json() for finding in found]
        print(json.dumps({"findings": entries, "missing": len(missing)}))
    else:
        for line in as_lines(found):
            print(harmless(line))
    return MENDABLE if missing else DONE


def as_lines(findings: list[Diagnosis]) -> Iterator[str]:
    """The text for a person: a heading for each section, and what is missing once more below."""
    section = ""
    for finding in findings:
        if finding.section != section:
            section = finding.section
            yield localized(_TITLES[section])
        yield f" {_MARKS[finding.state]} {finding.name:34} {localized(finding.text)}"
        if finding.state != OK and finding.hint:
            yield f"     -> {localized(finding.hint)}"
    missing = sum(finding.state == MISSING for finding in findings)
    yield ""
    yield localized(
        message("{count} things that are needed are missing (x above).", count=missing)
        if missing
        else message("Nothing that is needed is missing.")
    )


def check_settings(named: Path | None) -> Iterator[Diagnosis]:
    """The file in force, every value that is set and where it comes from, and what is wrong.

    Args:
        named: the file of `--config`, if any.
    """
    file, _ = settings_file(named)
    shown = message("{file}", file=file) if file else message("none")
    yield Diagnosis("settings", "file", shown)
    try:
        settings = find_settings(named)
    # One more finding: this verb has to work whatever the settings say.
    except UserError as error:
        yield _wrong("file", error)
        return
    for setting in settings:
        name = f"{setting.verb} {setting.name}".strip()
        text = message("{value} ({origin})", value=str(setting.value), origin=setting.origin)
        yield Diagnosis("settings", name, text)
    for variable in sorted(OWN_VARIABLES & os.environ.keys()):
        yield Diagnosis("settings", variable, Message(os.environ[variable]))
    for found in problems(settings):
        yield _wrong("settings", found)


def _wrong(name: str, error: UserError) -> Diagnosis:
    return Diagnosis("settings", name, error.message, MISSING, error.hint)
