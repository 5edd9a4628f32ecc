"""Dialogs that end in a job, with the choices of the catalogue."""

from dataclasses import replace
from pathlib import Path

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs.choices import ReviewState
from lnl_gui.gui.dialogs.detect import ask_detect
from lnl_gui.gui.dialogs.embed import ask_embed
from lnl_gui.gui.dialogs.export import ask_export
from lnl_gui.gui.dialogs.finetune import ask_finetune
from lnl_gui.gui.jobs.catalogue import Catalogue
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.shell.controllers.training_start import start_training
from lnl_gui.remote.address import remote_url
from lnl_gui.remote.note import shown_root
from lnl_gui.session.detection import embedded_encoders, encoder_to_train
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.import_parameters import dataset_folder
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER, DetectParameters, EmbedParameters
from lnl_gui.util.translation import tr


class JobQuestions:
    """Dialogs of one window that end in a job."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context

    def find_suspects(self) -> None:
        """Ask for encoders, then for detectors; embeds only what is not embedded yet."""
        self._context.catalogue.when_ready(self._embed_and_detect)

    def detect(self) -> None:
        """Ask for detectors alone, and judge the embeddings there are."""
        self._context.catalogue.when_ready(self._detect)

    def finetune(self) -> None:
        """Ask for a recipe."""
        review = self._context.review
        if review is not None and review.session.stage() >= ProjectStage.EMBEDDED:
            self._context.catalogue.when_ready(self._finetune)

    def export(self) -> None:
        """Ask for a format and a folder."""
        if self._context.review is not None:
            self._context.catalogue.when_ready(self._export)

    def _export(self, found: Catalogue) -> None:
        review = self._context.review
        if review is None:
            return
        session = review.session
        chosen = ask_export(
            self._context.parent,
            review_state(review),
            found.formats,
            preview=session.statistics.export_preview,
            destination=str(session.folder.parent / tr("{} curated").format(session.name)),
            dataset=_dataset_of(session),
        )
        if chosen is not None:
            self._context.workflow.export(chosen)

    def _embed_and_detect(self, found: Catalogue) -> None:
        review = self._context.review
        if review is None:
            return
        have = embedded_encoders(review.session.project)
        embed = ask_embed(
            self._context.parent,
            found.encoders,
            found.devices,
            chosen=have or (BUNDLED_ENCODER,),
            device=self._context.settings.value.device(),
        )
        if embed is None:
            return
        detect = self._ask_detect(review, found)
        if detect is not None:
            chosen = replace(detect, encoders=embed.encoders, device=embed.device)
            self._start(review, embed, chosen)

    def _start(self, review: ReviewModel, embed: EmbedParameters, detect: DetectParameters) -> None:
        # Other weights make other embeddings under the same name.
        have = () if embed.weights else embedded_encoders(review.session.project)
        missing = tuple(name for name in embed.encoders if name not in have)
        if missing:
            new = replace(embed, encoders=missing)
            self._context.workflow.embed(new, then=detect)
        else:
            self._context.workflow.start(detect)

    def _detect(self, found: Catalogue) -> None:
        review = self._context.review
        chosen = self._ask_detect(review, found) if review is not None else None
        if chosen is not None:
            self._context.workflow.find_suspects(detect=chosen)

    def _ask_detect(self, review: ReviewModel, found: Catalogue) -> DetectParameters | None:
        settings = self._context.settings
        chosen = ask_detect(
            self._context.parent,
            found.detectors,
            verdicts=review.counts().reviewed,
            remembered=settings.value.detector_constants(),
            remember=lambda changes: settings.remember(detector_constants=changes),
        )
        return None if chosen is None else replace(chosen, device=settings.value.device())

    def _finetune(self, found: Catalogue) -> None:
        review = self._context.review
        if review is None:
            return
        settings = self._context.settings
        chosen = ask_finetune(
            self._context.parent,
            found.recipes,
            review_state(review),
            devices=found.devices,
            device=settings.value.device(),
            # Features of an embedding there is need not be computed again.
            encoder=encoder_to_train(review.session.project),
            remembered=settings.value.recipe_constants(),
            remember=lambda changes: settings.remember(recipe_constants=changes),
        )
        if chosen is not None:
            start_training(self._context, chosen)


def review_state(review: ReviewModel) -> ReviewState:
    """How many samples are in which state."""
    counts, trained = review.counts(), review.session.runs.latest("finetune")
    columns = review.session.columns
    return ReviewState(
        samples=counts.samples,
        size=review.session.statistics.training_size(),
        excluded=counts.by_status["excluded"],
        unsure=counts.by_status["unsure"] + counts.by_status["asked"],
        flagged_unreviewed=counts.flagged_left,
        unlabelled=int((columns.readable & (columns.current < 0)).sum()),
        unjudged=int(review.session.statistics.unjudged_left.sum()),
        opinions_waiting=review.session.team.waiting_count(),
        has_model=trained is not None and "model" in trained.artifacts,
        model_outdated=review.session.is_outdated("finetune"),
    )


def _dataset_of(session: Session) -> Path | None:
    """The folder or URL that was read as a whole, which an export had better not lie in.

    The common folder of images that a table names is none: it may be that of all there is.
    """
    root = shown_root(session.dataset_root)
    return dataset_folder(session.project) if remote_url(root) is None else Path(root)
