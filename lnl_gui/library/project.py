"""A project as an object: what the command line does, for scripts and notebooks."""

import tempfile
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from lnl_gui.jobs.runner import run_body
from lnl_gui.library.gallery import Gallery, gallery
from lnl_gui.library.given_tables import (
    class_order,
    in_words_of_scripts,
    live_columns,
    matrix,
    notes_in_words_of_scripts,
)
from lnl_gui.library.jobs import CallContext, ProgressCall, known_options, run_recorded
from lnl_gui.library.samples import as_frame, as_table, sample_columns
from lnl_gui.library.unseen_suggestions import refuse_unjudged
from lnl_gui.session.acts.verdicts import ACCEPT
from lnl_gui.session.browsing.views import open_suspects
from lnl_gui.session.changes import Changes
from lnl_gui.session.projects import default_name
from lnl_gui.session.session import Session
from lnl_gui.store.database.read_only import read_only_error
from lnl_gui.store.dataset.classes import present_names
from lnl_gui.store.detection.posterior import class_probabilities
from lnl_gui.store.jobs import arrays
from lnl_gui.store.jobs.job_kinds import kind_of, to_dict
from lnl_gui.store.jobs.parameters import (
    BUNDLED_ENCODER,
    AttachParameters,
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    FinetuneParameters,
    ImportParameters,
    JobParameters,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import in_english, message

Place = str | PathLike[str]
Samples = int | str | Sequence[int] | Sequence[str] | np.ndarray
"""One sample or several, by row or by path."""
VERDICTS = ("accept", "keep", "relabel", "exclude", "unsure", "reset")


class CleaningProject:
    """An open project. Use it in a `with` block, or call `close`.

    Verdicts are on disk when `decide` returns. Jobs run in this process; each takes
    `progress(stage, done, total)`, and what that raises stops the job, which goes on from there
    when it is called again. What a person can mend is raised as `lnl_gui.UserError`.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> "CleaningProject":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._session)

    def __repr__(self) -> str:
        return f"CleaningProject({str(self.folder)!r}, {len(self)} samples)"

    def _repr_html_(self) -> str:
        return self.show().html

    def show(self, samples: Samples | None = None) -> Gallery:
        """Images with their labels and suspicion, as a notebook shows them.

        Args:
            samples: rows or paths in the order to show, or a mask (N,) bool; by default the
                suspects.

        Raises:
            UserError: for an unknown path or row.
        """
        rows = self.suspects if samples is None else self._rows(samples)
        return Gallery(gallery(self._session, rows.tolist(), suspects=samples is None))

    def close(self) -> None:
        """Let go of the project; others may write to it then."""
        self._session.close()

    @property
    def folder(self) -> Path:
        """Where the project lies."""
        return self._session.folder

    @property
    def class_names(self) -> list[str]:
        """C names; a label's number is its place here. "" for classes merged or deleted."""
        return present_names(self._session.classes)

    @property
    def samples(self) -> Any:
        """A row for each sample, as a pandas frame, or a polars one where only that is installed.

        Raises:
            UserError: when neither is installed.
        """
        return as_frame(sample_columns(self._session))

    @property
    def table(self) -> Any:
        """The same as a `pyarrow.Table`."""
        return as_table(sample_columns(self._session))

    @property
    def suspects(self) -> np.ndarray:
        """(S,) int64 rows that are flagged and not decided, the most suspect first."""
        rows = np.asarray(open_suspects(self._session.columns), np.int64)
        return rows[np.argsort(-self._session.detection.suspicion[rows], kind="stable")]

    @property
    def embeddings(self) -> dict[str, np.ndarray]:
        """By encoder (N, D) float16, read-only memory maps."""
        files = arrays.embedded_with(self._session.project)
        return {name: arrays.load_embedding(file) for name, file in files.items()}

    @property
    def pred_probs(self) -> np.ndarray:
        """(N, C) float32, how probable each class is; NaN where nothing can be said.

        The detection's posterior: it has seen the given label, as cross-validated predictions
        have not.

        Raises:
            UserError: before detection.
        """
        found = self._session.detection
        dense = class_probabilities(found, rows=np.arange(len(self)), classes=len(self.class_names))
        if dense is None:
            raise UserError(
                message("The labels have not been judged yet."), message("Call `detect` first.")
            )
        # Those of merged classes are added up, or rows would no longer sum to 1.
        return self._session.label_map.added_up(dense)

    # Jobs

    def embed(
        self,
        *encoders: str,
        progress: ProgressCall | None = None,
        threads: int | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Embed every image; what is embedded already is not done again.

        Args:
            encoders: names; none means the bundled one.
            progress: is told how far it is.
            threads: processor threads to use; None means all there are.
            options: other fields of `EmbedParameters`, such as `device`.

        Returns:
            The figures of the run.

        Raises:
            UserError: when images are missing, or an encoder cannot be loaded.
        """
        chosen = encoders or (BUNDLED_ENCODER,)
        return self._run(EmbedParameters, {"encoders": chosen, **options}, progress, threads)

    def detect(
        self, *, progress: ProgressCall | None = None, threads: int | None = None, **options: Any
    ) -> dict[str, Any]:
        """Find suspect labels.

        Args:
            progress: is told how far it is.
            threads: processor threads to use; None means all there are.
            options: fields of `DetectParameters`, such as `seed`.

        Returns:
            The figures of the run: `noise_rate`, `expected_errors`, and others.

        Raises:
            UserError: before embedding.
        """
        return self._run(DetectParameters, options, progress, threads)

    def finetune(
        self,
        recipe: str = FinetuneParameters.recipe,
        *,
        progress: ProgressCall | None = None,
        threads: int | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Train on given and on curated labels, and compare.

        Args:
            recipe: its name.
            progress: is told how far it is.
            threads: processor threads to use; None means all there are.
            options: other fields of `FinetuneParameters`.

        Returns:
            The figures of the run.

        Raises:
            UserError: when there is too little to train on.
        """
        return self._run(FinetuneParameters, {"recipe": recipe, **options}, progress, threads)

    def export(
        self,
        destination: Place,
        *,
        progress: ProgressCall | None = None,
        accept_unjudged: bool = False,
        **options: Any,
    ) -> dict[str, Any]:
        """Write the curated dataset, tables, journal, model and report.

        Args:
            destination: a folder that does not exist yet or is empty.
            progress: is told how far it is.
            accept_unjudged: let `accept_suggestions` take them although the detection says that it
                cannot judge the labels.
            options: other fields of `ExportParameters`, such as `format` and `images`.

        Returns:
            The manifest.

        Raises:
            UserError: when the place is taken, or images are missing, and for suggestions of a
                detection that cannot judge the labels.
        """
        if options.get("accept_suggestions"):
            rows = open_suspects(self._session.columns)
            refuse_unjudged(self._session, rows, accept_unjudged)
        place = str(Path(destination).absolute())
        return self._run(ExportParameters, {"destination": place, **options}, progress, None)

    def attach(
        self,
        *,
        pred_probs: Any = None,
        embedding: Any = None,
        progress: ProgressCall | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Take in probabilities or an embedding that were made elsewhere.

        Args:
            pred_probs: (N, C) array, list or tensor, rows and columns as the project's samples and
                live classes; or a frame whose columns are class names, and whose index or column
                `path` may name the samples; or a file as `lnl-gui attach` takes it.
            embedding: (N, D) array and so on, or a file.
            progress: is told how far it is.
            options: other fields of `AttachParameters`, such as `name` and `out_of_sample`.

        Returns:
            The figures of the run.

        Raises:
            UserError: when they do not fit the project.
        """
        with tempfile.TemporaryDirectory() as folder:
            given = {"pred_probs": pred_probs, "embedding": embedding}
            # The job takes files alone, as the window and the command line have them.
            files, arrays_of = dict[str, str](), dict[str, str]()
            row_of = None if options.get("paths") else self._row_of()
            for name, value in given.items():
                if isinstance(value, str | PathLike):
                    files[name] = str(Path(value).absolute())
                elif value is not None:
                    files[name] = str(Path(folder) / f"{name}.npy")
                    arrays_of[files[name]] = name
                    found = matrix(value, name, row_of)
                    if name == "pred_probs" and not len(options.get("class_order", ())):
                        options["class_order"] = class_order(value, self.class_names)
                        if not hasattr(value, "columns"):
                            found = live_columns(found, self.class_names)
                    np.save(files[name], found)
            try:
                done = self._run(AttachParameters, {**files, **options}, progress, None)
            except UserError as error:
                raise in_words_of_scripts(error, arrays_of) from error
        return notes_in_words_of_scripts(done)

    # Verdicts

    def decide(
        self,
        samples: Samples,
        verdict: str,
        label: str | None = None,
        *,
        accept_unjudged: bool = False,
    ) -> int:
        """Give a verdict to samples.

        What is decided for more than 50 at once, or accepted for more than one, counts as not
        looked at: a detection does not take it for the truth. Give what a person has looked at one
        by one.

        Args:
            samples: rows, paths, or a mask (N,) bool.
            verdict: `accept` the suggestion, `keep` the label, `relabel`, `exclude`, `unsure`, or
                `reset` to as it came.
            label: the class for `relabel`.
            accept_unjudged: accept several suggestions at once although the detection says that it
                cannot judge the labels.

        Returns:
            How many samples it changed.

        Raises:
            UserError: for an unknown verdict, path or class, when the project is read-only, and
                for several suggestions of a detection that cannot judge the labels.
        """
        rows = self._rows(samples)
        # Asked first: others than texts may not be compared with them.
        if not isinstance(verdict, str) or verdict not in VERDICTS:
            raise UserError(
                message("There is no verdict `{verdict}`.", verdict=str(verdict)),
                message("Use {names}.", names=", ".join(VERDICTS)),
            )
        if (verdict == "relabel") != (label is not None):
            raise UserError(
                message("A class belongs to `relabel`, and to no other verdict."),
                message('For example decide(rows, "relabel", "cat").'),
            )
        if label is not None and not isinstance(label, str):
            # A number may count the classes in another way than the project does.
            raise UserError(
                message("`{label}` is no name of a class.", label=str(label)),
                message("Give its name: project.class_names[number] of a number."),
            )
        if label is not None:
            return _count(self._session.relabel(rows, self._session.class_named(label).id))
        if verdict == ACCEPT and len(rows) > 1:
            refuse_unjudged(self._session, rows, accept_unjudged)
        act = getattr(self._session, verdict)
        return _count(act(rows))

    def undo(self) -> int:
        """Take the last act back; how many samples that changed, 0 when there is none.

        Raises:
            UserError: when the project is read-only.
        """
        return _count(self._session.undo())

    def redo(self) -> int:
        """Do again what was taken back; how many samples that changed.

        Raises:
            UserError: when the project is read-only.
        """
        return _count(self._session.redo())

    def _rows(self, samples: Samples) -> np.ndarray:
        several = [samples] if isinstance(samples, int | str | np.integer) else list(samples)
        if not any(isinstance(one, str) for one in several):
            return self._checked_rows(np.array(several))
        known = self._row_of()
        unknown = [path for path in several if path not in known]
        if unknown:
            raise UserError(
                message("No sample has the path `{path}`.", path=str(unknown[0])),
                message("Paths are as in the dataset, see `samples`."),
            )
        return np.array([known[str(path)] for path in several], np.int64)

    def _row_of(self) -> dict[str, int]:
        return {self._session.path_of(row): row for row in range(len(self._session))}

    def _checked_rows(self, rows: np.ndarray) -> np.ndarray:
        """Rows by number or by a mask, int64; numpy alone would take False for 0 and 1.5 for 1."""
        if rows.dtype == bool and rows.shape == (len(self),):
            return np.flatnonzero(rows)
        if not len(rows):
            return np.zeros(0, np.int64)
        # numpy would take -1 for the last sample.
        if rows.dtype.kind not in "iu" or not (rows.min() >= 0 and rows.max() < len(self)):
            raise UserError(
                message("There are {count:,} samples, from row 0 on.", count=len(self)),
                message("Give rows, paths, or a mask with an entry for each sample."),
            )
        return rows.astype(np.int64)

    def _run(
        self,
        kind: type,
        options: dict[str, Any],
        progress: ProgressCall | None,
        threads: int | None,
    ) -> dict[str, Any]:
        if threads is not None and (not isinstance(threads, int | np.integer) or threads < 1):
            raise UserError(
                message("The number of threads is {threads}.", threads=repr(threads)),
                message("Pass a whole number from 1 on, or None for all there are."),
            )
        parameters: JobParameters = kind(**known_options(kind, options))
        context = CallContext(progress, threads=threads)
        # Messages as data are for the window, which tells them in its own language.
        return dict(in_english(run_recorded(self._session, parameters, context).metrics))


def open_project(
    folder: Place, *, reviewer: str | None = None, read_only: bool = False
) -> CleaningProject:
    """Open a project that there is.

    Args:
        folder: of the project.
        reviewer: whose verdicts these are; the user by default.
        read_only: change nothing; works while another program has it open.

    Raises:
        UserError: when it is no project or is damaged, and unless `read_only`, when another
            program writes to it or its folder is write-protected.
    """
    place = Path(folder).expanduser().absolute()
    session = Session.open(place, reviewer=reviewer, read_only=read_only)
    why = session.project.why_read_only
    # A script that goes on would find out at its first verdict.
    if why is not None and not read_only:
        session.close()
        refusal = read_only_error(why, place)
        raise UserError(
            refusal.message,
            message("{hint} Or change nothing: `read_only=True`.", hint=refusal.hint),
            code=refusal.code,
        )
    return CleaningProject(session)


def create_project(
    source: Place,
    folder: Place | None = None,
    *,
    reviewer: str | None = None,
    progress: ProgressCall | None = None,
    **reading: Any,
) -> CleaningProject:
    """Read a dataset into a new project and open it.

    Args:
        source: the dataset, whatever `lnl-gui import` reads.
        folder: of the project; by default `NAME.lnl` beside the dataset.
        reviewer: whose verdicts these are; the user by default.
        progress: is told how far it is.
        reading: fields of `ImportParameters`, such as `label_column`.

    Raises:
        UserError: when the dataset cannot be read, its reading is unclear, or there is a project
            already.
        TypeError: for an option that there is not.
    """
    if "project" in reading:
        raise TypeError("the project's folder is the second argument, 'folder'")
    dataset = Path(source).expanduser().absolute()
    place = (
        Path(folder).expanduser().absolute()
        if folder is not None
        else dataset.parent / default_name(dataset)
    )
    options = {"source": str(dataset), "project": str(place), **reading}
    parameters = ImportParameters(**known_options(ImportParameters, options))
    run_body(
        kind_of(parameters).name,
        to_dict(parameters),
        CallContext(progress),
        project=place,
        # The project that would record the run is not there yet.
        run_id="",
    )
    return open_project(place, reviewer=reviewer)


def _count(changes: Changes | None) -> int:
    return 0 if changes is None else len(changes.rows)
