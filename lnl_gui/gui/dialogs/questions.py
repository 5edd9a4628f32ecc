"""Questions the window asks, each one function, so that tests and scripts can answer them."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from lnl_gui.gui.dialogs.question import ask_name, ask_which, ask_yes
from lnl_gui.gui.i18n.keys import UNDO, shown
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.store.dataset.other_pictures import LEAVE, TAKE
from lnl_gui.store.detection.unjudged import not_judged
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import visible


def ask_stop_job(parent: QWidget, title: str) -> bool:
    """Whether the running job may be stopped."""
    return ask_yes(
        parent,
        tr("{} is still running").format(title),
        tr("Stop it? What is finished is kept, and it goes on from there next time."),
        tr("Stop the job"),
    )


def ask_long_training(parent: QWidget, words: str) -> bool:
    """Whether a training that takes hours may begin."""
    return ask_yes(
        parent,
        tr("Begin a training of hours?"),
        tr("{} It can be stopped at any time and goes on from where it was.").format(words),
        tr("Begin"),
    )


def ask_bulk(
    parent: QWidget, action: str, right: float | None, wrong: str = "", unjudged: int = 0
) -> bool:
    """Whether one verdict may be given to many samples; `action` says which, and to how many.

    About `right` of them are right as given, None where that is not to be told, beside `unjudged`
    of which nothing is known; `wrong` says what is to be expected of suggestions.
    """
    expected = "" if right is None else _expected_right(right, unjudged)
    undo = tr("{} takes it back in one step.").format(shown(UNDO))
    text = " ".join(filter(None, (expected, wrong, undo)))
    return ask_yes(parent, f"{action}?", text, action)


def _expected_right(right: float, unjudged: int) -> str:
    if not unjudged:
        return fill(
            tr("By their suspicion, about {:,} of the given labels are right."), round(right)
        )
    judged = fill(
        tr("By their suspicion, about {:,} of the given labels that were judged are right."),
        round(right),
    )
    return f"{judged} {localized(not_judged(unjudged))}"


def ask_doubtful(parent: QWidget, doubt: str) -> bool:
    """Whether a dataset may be opened although it was probably read another way than meant."""
    return ask_yes(
        parent, tr("Is the dataset read as it is meant?"), doubt, tr("Open it all the same")
    )


def ask_changed_reading(parent: QWidget, said: str) -> bool | None:
    """Whether to take the labels from what they were taken from, or from something else now; None
    for neither."""
    # First, and so what Enter answers, is what changes no label.
    return ask_which(
        parent,
        tr("Read the dataset in another way than before?"),
        said,
        tr("Read it as before"),
        tr("Take the new labels"),
    )


def ask_changed_labels(parent: QWidget, said: str) -> bool:
    """Whether most labels may be others than before."""
    return ask_yes(parent, tr("Take the changed labels?"), said, tr("Take the new labels"))


def ask_foreign(parent: QWidget, said: str) -> bool:
    """Whether to open a project that was made elsewhere."""
    return ask_yes(
        parent,
        tr("Open a project from elsewhere?"),
        tr("{} You are asked once.").format(said),
        tr("Open it"),
    )


def ask_repair(parent: QWidget, said: str) -> bool:
    """Whether to mend a project that could not be opened."""
    return ask_yes(
        parent,
        tr("Repair the project?"),
        tr("{} What can be read is saved; the database as it was is kept beside.").format(said),
        tr("Repair"),
    )


def ask_review_file(parent: QWidget) -> Path | None:
    """A journal that came back from a review."""
    filters = tr("Reviews (*.jsonl)")
    chosen, _ = QFileDialog.getOpenFileName(parent, tr("Take in a review"), "", filters)
    return Path(chosen) if chosen else None


def ask_other_pictures(parent: QWidget, said: str) -> str | None:
    """What becomes of decisions on other pictures than the ones here; None to take in nothing."""
    first = ask_which(
        parent,
        tr("Leave out what was decided on other pictures?"),
        tr("{} Take them in by their names only if they are the same images, saved anew.").format(
            said
        ),
        tr("Leave them out"),
        tr("Take them in by name"),
    )
    return None if first is None else LEAVE if first else TAKE


def ask_journal_file(parent: QWidget, name: str) -> Path | None:
    """The file to save verdicts in."""
    place = str(Path.home() / name)
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("Save the verdicts"), place)
    return Path(chosen) if chosen else None


def ask_new_images(parent: QWidget) -> Path | None:
    """A folder of images to classify."""
    chosen = QFileDialog.getExistingDirectory(parent, tr("A folder of new images"))
    return Path(chosen) if chosen else None


def ask_report_file(parent: QWidget, place: Path) -> Path | None:
    """The file to write the report into; its suffix says in which form."""
    kinds = ";;".join((tr("PDF (*.pdf)"), tr("Web page (*.html)")))
    chosen, kind = QFileDialog.getSaveFileName(parent, tr("Write the report"), str(place), kinds)
    if not chosen:
        return None
    file = Path(chosen)
    # Not every system's dialog adds the suffix of the kind that was chosen.
    if file.suffix.casefold() in (".pdf", ".html", ".htm"):
        return file
    return file.with_name(file.name + (".html" if "html" in kind else ".pdf"))


def ask_image_folder(parent: QWidget, before: str) -> Path | None:
    """The folder in which a project's images lie now; `before` is where they were."""
    title = tr("Locate the images that were in {}").format(before)
    chosen = QFileDialog.getExistingDirectory(parent, title)
    return Path(chosen) if chosen else None


def ask_without_missing(parent: QWidget, missing: str) -> bool:
    """Whether a job may go on without images that are missing."""
    return ask_yes(
        parent,
        tr("Go on without the missing images?"),
        tr("{} What is made without them says so.").format(missing),
        tr("Go on without them"),
    )


def ask_few_found(parent: QWidget, found: str) -> bool:
    """Whether a folder is taken, or an update made, although most images are not there."""
    return ask_yes(
        parent,
        tr("Is this the dataset?"),
        tr("{} Missing images are marked, and what was decided about them is kept.").format(found),
        tr("Go on all the same"),
    )


def ask_accept_order(parent: QWidget, said: str) -> bool:
    """Whether predictions are attached although they agree with the labels only by chance."""
    return ask_yes(
        parent,
        tr("Are rows and classes in this order?"),
        tr("{} They are probably in another.").format(said),
        tr("Attach all the same"),
    )


def ask_take_labels(parent: QWidget, undecided: int, decided: int) -> bool:
    """Whether samples take over labels that the dataset has changed."""
    text = tr("{:,} samples nobody has decided on get the label that the dataset gives them now.")
    kept = tr(" The decisions on {:,} others stay as they are.") if decided else ""
    undo = " " + tr("{} takes it back in one step.").format(shown(UNDO))
    return ask_yes(
        parent,
        tr("Take over changed labels?"),
        fill(text, undecided) + fill(kept, decided) + undo,
        tr("Take them over"),
    )


def ask_project_folder(parent: QWidget) -> Path | None:
    """An existing project folder."""
    chosen = QFileDialog.getExistingDirectory(parent, tr("Open project"))
    return Path(chosen) if chosen else None


def ask_table(parent: QWidget) -> str:
    """A file of labels or images; "" for none."""
    chosen, _ = QFileDialog.getOpenFileName(parent, tr("Open a file of labels or images"))
    return chosen


def ask_dataset_folder(parent: QWidget) -> str:
    """A folder of images; "" for none."""
    return QFileDialog.getExistingDirectory(parent, tr("Open a folder of images"))


def ask_reviewer(parent: QWidget, first: str) -> str:
    """The name of a second reviewer; "" for none."""
    text = tr("You will not see the verdicts of {}, who will not see yours.").format(first)
    title = tr("Review blind as second reviewer")
    return ask_name(parent, title, text, tr("Your &name"), tr("Begin"))


def ask_view_name(parent: QWidget) -> str:
    """The name for a view that is to be saved; "" for none."""
    return ask_name(parent, tr("Save view"), "", tr("&Name of this view"), tr("Save"))


def ask_replace_view(parent: QWidget, name: str) -> bool:
    """Whether a saved view may be replaced by what is shown now."""
    return ask_yes(
        parent,
        tr("Replace the saved view?"),
        tr("There is a view called {} already. What it shows is forgotten.").format(visible(name)),
        tr("Replace it"),
    )
