"""Opens and closes projects, and makes projects of datasets."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.open_dataset.dialog import ask_open_dataset
from lnl_gui.gui.open_dataset.preview_requests import PreviewRequests
from lnl_gui.session.acts.team import open_pack
from lnl_gui.session.projects import SUFFIX, demo_project, free_name, is_project
from lnl_gui.session.session import Session
from lnl_gui.session.update_words import other_copy_message
from lnl_gui.store.history.pack_format import SUFFIX as PACK_SUFFIX
from lnl_gui.store.jobs.parameters import DOUBTFUL_LAYOUT, EmbedParameters, ImportParameters
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.log import logger
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized


class ProjectController(QObject):
    """Which project a window shows."""

    left = Signal()
    """No project is open any more, and no other is about to be."""
    recent_changed = Signal()
    not_opened = Signal(object, object)
    """The folder of a project and the `UserError` why it was not opened."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._importing: ImportParameters | None = None
        self._find_suspects = False
        self._previews = PreviewRequests(self)
        context.workflow.imported.connect(self.open_project)
        context.workflow.ended.connect(self._job_ended)

    def open_source(self, source: str) -> None:
        """Open a project, or ask how to read a dataset; "" asks for a folder first."""
        chosen = source or questions.ask_dataset_folder(self._context.parent)
        if not chosen:
            return
        if is_project(Path(chosen)):
            self.open_project(Path(chosen))
            return
        if Path(chosen).suffix == PACK_SUFFIX:
            self.open_pack(Path(chosen))
            return
        known = [Path(folder) for folder in self._context.settings.value.recent]
        choice = ask_open_dataset(self._previews, self._context.parent, chosen, known=known)
        if choice is None:
            return
        if choice.project is not None:
            self.open_project(choice.project)
        elif choice.parameters is not None:
            self.import_dataset(choice.parameters, find_suspects=choice.find_suspects)

    def open_pack(self, file: Path) -> None:
        """Make a project of a pack beside it, and open that."""
        try:
            # Made here just now: there is nothing to ask.
            self.open_project(open_pack(file, free_name(file.with_suffix(SUFFIX))), ask=False)
        except UserError as error:
            self._context.refuse(error)

    def import_dataset(self, parameters: ImportParameters, *, find_suspects: bool = False) -> None:
        """Read a dataset into a project, open that, and then look for suspects if wanted."""
        if self.may_stop_job():
            self._importing = parameters
            self._find_suspects = find_suspects
            self._context.workflow.import_dataset(parameters)

    def choose_project(self) -> None:
        folder = questions.ask_project_folder(self._context.parent)
        if folder is not None:
            self.open_project(folder)

    def choose_table(self) -> None:
        table = questions.ask_table(self._context.parent)
        if table:
            self.open_source(table)

    def open_project(self, folder: Path, *, ask: bool = True) -> None:
        """Open a project folder instead of what is open; asks about one from elsewhere."""
        if not self.may_stop_job():
            return
        project, settings = self._context.project, self._context.settings
        # This window would be the other writer that the project is opened beside.
        again = self._is_open(folder)
        if again:
            project.close()
        try:
            reviewer = settings.review.reviewer or None
            announce = self._announce if ask else logger.warning
            session = Session.open(folder, reviewer=reviewer, shows_images=True, announce=announce)
        except (UserError, Cancelled) as error:
            # It was closed for this, and no page of it is left.
            if again:
                self.left.emit()
            if isinstance(error, UserError):
                self.not_opened.emit(folder, error)
            return
        project.open(session)
        self._tell_of_other_copy(session)
        settings.update(settings.value.with_recent(folder))

    def _tell_of_other_copy(self, session: Session) -> None:
        if session.images.other_copy is None:
            return
        said = other_copy_message(str(session.dataset_root), str(session.images.other_copy))
        self._context.notifications.show(localized(said), tone="warning")

    def reopen(self) -> None:
        """Open the open project once more, to write it where it could only be read."""
        review = self._context.review
        if review is not None:
            self.open_project(review.session.folder)

    def look_again(self) -> None:
        """Filter and sort anew; where another process writes, read what it has recorded since."""
        review = self._context.review
        if review is None:
            return
        if not review.session.read_only or review.session.blind:
            review.refresh()
            return
        view, count = review.view(), len(review.session)
        self.open_project(review.session.folder, ask=False)
        anew = self._context.review
        if anew is not None:
            # Classes may have gone since, and a mask is of the samples that there were.
            spec = view.spec.in_classes(anew.session.label_map)
            within = view.within if len(anew.session) == count else None
            anew.show_again(replace(view, spec=spec, within=within))

    def _announce(self, said: Message) -> None:
        """Ask about a project from elsewhere.

        Raises:
            Cancelled: when it is not to be opened.
        """
        if not questions.ask_foreign(self._context.parent, localized(said)):
            raise Cancelled

    def _is_open(self, folder: Path) -> bool:
        review = self._context.review
        return review is not None and review.session.folder.resolve() == folder.resolve()

    def close_project(self) -> None:
        """Back to the start page."""
        if self._context.review is not None and self.may_stop_job():
            self._context.project.close()
            self.left.emit()

    def may_stop_job(self) -> bool:
        """Whether nothing runs, or what runs may be (and now is) stopped."""
        workflow = self._context.workflow
        job = workflow.current
        if job is None:
            return True
        agreed = workflow.is_quiet(job) or questions.ask_stop_job(self._context.parent, job.title)
        if agreed:
            workflow.stop_all()
        return agreed

    def start_demo(self) -> None:
        """Make the demo dataset, open it, find its suspects."""
        if not self.may_stop_job():
            return
        if is_project(demo_project()):
            self.open_project(demo_project())
        else:
            self._context.workflow.start_demo()

    def _job_ended(self, job: Job) -> None:
        if job.kind == "import" and job.error is not None and job.error.code == DOUBTFUL_LAYOUT:
            self._ask_again(localized(job.error.message))
        # Only if it is open: it may have been damaged, or refused by somebody who was asked.
        wanted = job.kind == "demo" or (job.kind == "import" and self._find_suspects)
        if wanted and job.state is JobState.DONE and self._is_open(job.project):
            device = self._context.settings.value.device()
            self._context.workflow.find_suspects(EmbedParameters(device=device))

    def _ask_again(self, doubt: str) -> None:
        """The dataset was read in a way that is probably not meant: only a person may go on."""
        parameters = self._importing
        if parameters is not None and questions.ask_doubtful(self._context.parent, doubt):
            again = replace(parameters, accept_layout=True)
            self.import_dataset(again, find_suspects=self._find_suspects)

    def shutdown(self) -> None:
        """End what works for dialogs; call before the window goes."""
        self._previews.shutdown()

    def forget(self, path: str) -> None:
        """Take a project off the list of recent ones."""
        settings = self._context.settings
        settings.update(settings.value.without_recent(Path(path)))
        self.recent_changed.emit()
