"""Which samples the options of a command mean: paths and filters, all of which hold together."""

import argparse

import numpy as np

from lnl_gui.cli.terminal import warn
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import tr


def part(text: str) -> tuple[int, int]:
    """`1/3` as numbers.

    Raises:
        argparse.ArgumentTypeError: for anything else.
    """
    number, _, parts = text.partition("/")
    if not (number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts) <= 1000):
        raise argparse.ArgumentTypeError(tr("write it as 1/3"))
    return int(number), int(parts)


def rows_of(session: Session, paths: list[str]) -> np.ndarray:
    """The samples of these paths.

    Args:
        session: of the project.
        paths: as the project lists them.

    Returns:
        int64 (n,), in the order of `paths`.

    Raises:
        UserError: for a path that no sample has.
    """
    row_of = {path: row for row, path in enumerate(session.columns.paths)}
    unknown = [path for path in paths if path not in row_of]
    if unknown:
        raise UserError(
            message("No sample has the path {path}.", path=unknown[0]),
            message("Paths are written as in samples.csv, relative to the dataset."),
        )
    return np.array([row_of[path] for path in paths], np.int64)


def classes_of(session: Session, name: str | None) -> tuple[int, ...]:
    """The filter for the class that was named; none for None.

    Raises:
        UserError: for a name that no class has.
    """
    return () if name is None else (session.class_named(name).id,)


def tags_of(session: Session, name: str | None) -> tuple[str, ...]:
    """The filter for the tag that was named; none for None.

    Raises:
        UserError: for a tag that no sample has.
    """
    if name is None:
        return ()
    wanted, known = clean_label(name), session.remarks.tag_names()
    if wanted not in known:
        hint = known_names(wanted, known) if known else message("No sample has any tag.")
        raise UserError(message("No sample has the tag {name}.", name=name), hint)
    return (wanted,)


def choose_rows(session: Session, spec: ViewSpec, paths: list[str] | None) -> np.ndarray:
    """The samples that have one of the paths, where there are any, and pass the filters.

    Args:
        session: of the project.
        spec: the filters that were asked for; with paths also such that filter nothing by default,
            since who names a sample means it whether it is a suspect, or decided, or not.
        paths: as the project lists them; None for every sample.

    Returns:
        int64 (n,), in the order that the filters ask for.

    Raises:
        UserError: for a path that no sample has, or a filter that is not there.
    """
    if not paths:
        return session.views.select_rows(spec)
    named = rows_of(session, paths)
    if spec.flagged is None and spec.is_plain:
        # Also samples that no view shows, such as files that cannot be read.
        return session.orders.order(np.unique(named), spec.sort, descending=spec.descending)
    within = np.zeros(len(session.columns.given), bool)
    within[named] = True
    rows = session.views.select_rows(spec, within=within)
    left_out = int(within.sum()) - len(rows)
    if left_out:
        warn(
            message_n(
                "{count:,} of the paths is left out by the other options.",
                "{count:,} of the paths are left out by the other options.",
                left_out,
            )
        )
    return rows
