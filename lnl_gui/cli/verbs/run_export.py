"""The export of `lnl-gui run`: taken up again where it is as it was written, else made anew."""

import argparse
from dataclasses import replace
from pathlib import Path

from lnl_gui.cli.terminal import warn
from lnl_gui.cli.verbs import export
from lnl_gui.dataset.readers.files.own_files import read_manifest
from lnl_gui.remote.address import joined, remote_url
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

NO_IMAGES = "none"


def export_parameters(options: argparse.Namespace, session: Session) -> ExportParameters:
    """The export a command line asks for; it may replace one that nobody has touched since."""
    parameters = export.export_parameters(options, options.out)
    if options.overwrite or not _is_replaceable(options, session):
        return parameters
    # What somebody has changed or added there is theirs, and the export refuses to replace it.
    return replace(parameters, overwrite=True)


def refuse_early(parameters: ExportParameters, session: Session) -> None:
    """Refuse what the export will be refused for, before everything is computed for it.

    Raises:
        UserError: as the export does.
    """
    # Only here: it takes a second to load.
    from lnl_gui.pipeline.output.export import refuse_early as refuse

    refuse(parameters, session.folder)


def is_as_written(options: argparse.Namespace) -> bool:
    """Whether the export of before still is whole; says so where it is not."""
    url = remote_url(options.out)
    if url is not None:
        # Its files were looked at when they were written; what marks it as whole comes last.
        return _has_manifest(url)
    whole = _is_whole(options.out, tables=options.images == NO_IMAGES)
    if not whole:
        warn(message("{out} is not as it was written: exported anew", out=options.out))
    return whole


def _has_manifest(url: str) -> bool:
    from lnl_gui.pipeline.output.destination import MANIFEST
    from lnl_gui.remote.reading import look_at_all

    return look_at_all([joined(url, MANIFEST)])[0] is not None


def _is_replaceable(options: argparse.Namespace, session: Session) -> bool:
    """Whether an export of the same project is there; tables alone do not replace images."""
    found = read_manifest(options.out)
    if found is None or found.get("project") != session.project.meta("uuid"):
        return False
    return bool(options.images != NO_IMAGES or found.get("images") == NO_IMAGES)


def _is_whole(folder: Path, *, tables: bool) -> bool:
    """Whether all files of an export are as they were written, and no others are there.

    Args:
        folder: of the export.
        tables: it holds tables alone, and may share its folder with other files.
    """
    from lnl_gui.pipeline.output.checksums import verify

    try:
        found = verify(folder)
    except UserError:
        return False
    return not (found.changed or found.missing or (found.unknown and not tables))
