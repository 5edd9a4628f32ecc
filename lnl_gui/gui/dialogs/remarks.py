"""Dialog for a note, tags and second labels of the selected samples."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QWidget

from lnl_gui.gui.dialogs.form import DialogFrame, ask
from lnl_gui.gui.widgets.completion import complete_from
from lnl_gui.util.messages import NOTHING, Message, message_n
from lnl_gui.util.translation import localized, tr

NOTE_HEIGHT = 80


@dataclass(frozen=True)
class RemarkChoice:
    """What was typed; tags and classes as they were separated by commas."""

    note: str
    tags: tuple[str, ...]
    also: tuple[str, ...]


class RemarkDialog(QDialog):
    """A note, tags, and what the image also contains."""

    def __init__(
        self,
        before: RemarkChoice,
        *,
        known_tags: Sequence[str],
        classes: Sequence[str],
        samples: int,
        read_only: Message = NOTHING,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(460)
        form = DialogFrame(
            self,
            localized(
                message_n(
                    "Notes and tags of {count:,} sample",
                    "Notes and tags of {count:,} samples",
                    samples,
                )
            ),
            tr("They decide nothing about the label; undo takes them back."),
            accept=tr("Apply"),
        )
        rows = form.rows()
        self.note = QPlainTextEdit(before.note)
        self.note.setFixedHeight(NOTE_HEIGHT)
        self.note.setTabChangesFocus(True)
        self.note.setAccessibleName(tr("Note"))
        self.tags = _line(", ".join(before.tags), tr("Tags"), known_tags)
        self.also = _line(", ".join(before.also), tr("Also contains"), classes)
        rows.add(tr("Note"), self.note)
        rows.add(tr("Tags"), self.tags, tr("Separated by commas."))
        rows.add(
            tr("Also contains"),
            self.also,
            tr("Second labels, kept beside the first and exported; separated by commas."),
        )
        form.check_with(self.parameters)
        if read_only:
            form.only_to_read(read_only)

    def parameters(self) -> RemarkChoice:
        """What was typed."""
        return RemarkChoice(
            self.note.toPlainText().strip(), _split(self.tags.text()), _split(self.also.text())
        )


def _line(text: str, name: str, known: Sequence[str]) -> QLineEdit:
    result = QLineEdit(text)
    result.setAccessibleName(name)
    complete_from(result, known)
    return result


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def ask_remarks(
    parent: QWidget,
    before: RemarkChoice,
    *,
    known_tags: Sequence[str],
    classes: Sequence[str],
    samples: int,
    read_only: Message = NOTHING,
) -> RemarkChoice | None:
    """What is to be said; None when the dialog was closed."""
    dialog = RemarkDialog(
        before,
        known_tags=known_tags,
        classes=classes,
        samples=samples,
        read_only=read_only,
        parent=parent,
    )
    return ask(dialog)
