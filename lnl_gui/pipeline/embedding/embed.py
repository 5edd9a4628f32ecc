"""The embed job: every sample in one pass over the pixels, resumable part by part."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.containers.errors import is_of_machine
from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.pixels.facts import FACTS_DTYPE, SIGNATURE_SIDE, current_facts
from lnl_gui.detect.inputs import tells_nothing
from lnl_gui.encoders.decoders import StoreThumbnail
from lnl_gui.encoders.embedding import PART_SIZE, Part, decoded_apart, embed_samples
from lnl_gui.encoders.encoder import Encoder
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.pictures.rendering import Rendering, save_rendering
from lnl_gui.pipeline.datasets.changed_files import refuse_renamed
from lnl_gui.pipeline.datasets.matching.content import file_stats
from lnl_gui.pipeline.datasets.matching.same_pictures import SeenPictures
from lnl_gui.pipeline.datasets.missing_files import refuse_missing, unread_error
from lnl_gui.pipeline.datasets.updating.replaced_images import replaced_by_embedding
from lnl_gui.pipeline.embedding.downloads import refuse_downloads
from lnl_gui.pipeline.embedding.on_cluster import embed_on_cluster
from lnl_gui.pipeline.embedding.parts import (
    is_done,
    load_parts,
    refused_rows,
    save_part,
    starts,
    unreadable_rows,
)
from lnl_gui.pipeline.embedding.rendering import choose_rendering
from lnl_gui.pipeline.embedding.reuse import Reusable, keep_lost, reusable
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.remote.requests import RemoteCounts, counter
from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.dataset.replaced_pictures import load_replaced, not_standing_message
from lnl_gui.store.dataset.thumbnails import ThumbnailCache
from lnl_gui.store.finish_run import write_replaced, write_unreadable
from lnl_gui.store.jobs.arrays import (
    EMBEDDING,
    FACTS,
    FILE_STATS,
    SIGNATURE_FILE,
    SIGNATURES,
    UNREAD,
    content_hashes,
    embedding_path,
    load_embedding,
    load_file_stats,
)
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.cluster import chosen_cluster
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.array_file import map_new_array, write_array
from lnl_gui.util.files.atomic import temporary_name
from lnl_gui.util.files.renaming import rename_over
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.cores import available_cores
from lnl_gui.util.progress import JobContext, stage_progress

WORTH_TELLING = 1_000
READING_LIMITS = 0.15
"""Share of the time waited for images from which on reading them is what limits."""


def run(
    parameters: EmbedParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Embed a project's samples; parts already in `run_folder` are not done again.

    After an update of the dataset only images that are new or have changed are embedded; likewise
    after an embedding that went on without images which could not be read, only those.

    Raises:
        UserError: unknown encoder, weights that cannot be had or may not be downloaded, full
            disk, no readable image; files that are missing, or could not be read for what the
            machine said, unless those are to be left out.
    """
    snapshot = take_snapshot(project_folder)
    if not parameters.partial:
        refuse_missing(snapshot)
    if not parameters.allow_download and not parameters.weights:
        refuse_downloads(parameters.encoders)
    encoders = _load_encoders(parameters, context)
    # The key stands for encoder and weights: parts of another choice are never joined with these.
    parts = run_folder / "parts" / "-".join(encoder.key for encoder in encoders)
    try:
        stats = _stats_before(snapshot, parts, context)
        refuse_renamed(snapshot, context, stats=stats)
        files = snapshot.files()
        rendering = choose_rendering(
            parameters, files, snapshot.rendering, parts, context, expected=~snapshot.gone
        )
        found = reusable(project_folder, snapshot, encoders, stats, rendering, context)
        known = _resumed(found, parts)
        rows = np.flatnonzero(~known.rows)
        wanted = [files[row] for row in rows.tolist()]
        before = counter.now()
        sizes, expected = stats[rows, 0].tolist(), ~snapshot.gone[rows]
        work = _Work(wanted, sizes, expected, encoders, parts, rendering, parameters)
        _embed_missing(work, context)
        _say_fetched(before, context)
        _refuse_unread(work)
        made = _Embedded(snapshot, encoders, parts, rows, known, stats, rendering)
        result = _collect(made, project_folder, run_folder, context)
        _say_several(result["metrics"]["several"], context)
        _warn_of_sameness(result["metrics"], context)
        return result
    except OSError as error:
        raise as_user_error(error, message("save the embedding")) from error


def _say_fetched(before: RemoteCounts, context: JobContext) -> None:
    """What images at URLs have cost; nothing where all lie on this machine."""
    now = counter.now()
    fetched = now.fetched - before.fetched
    if now.requests == before.requests and not fetched:
        return
    context.log(
        message(
            "Fetched from URLs: {fetched:,} images, {size:,.1f} MB, {requests:,} requests,"
            " {repeated:,} of them repeated.",
            fetched=fetched,
            size=(now.bytes - before.bytes) / 1e6,
            requests=now.requests - before.requests,
            repeated=now.repeated - before.repeated,
        )
    )


def _load_encoders(parameters: EmbedParameters, context: JobContext) -> list[Encoder]:
    weights = Path(parameters.weights) if parameters.weights else None
    if weights and len(parameters.encoders) != 1:
        raise UserError(message("A weights file belongs to one encoder; name exactly one."))
    # On a cluster this machine only says which weights are meant; it may have no GPU.
    device = "cpu" if chosen_cluster() else parameters.device
    return [
        load_encoder(
            name,
            device=device,
            weights=weights,
            batch_size=parameters.batch_size,
            threads=context.threads,
            progress=stage_progress(context, message("loading {name}", name=name)),
        )
        for name in parameters.encoders
    ]


def _stats_before(snapshot: Snapshot, parts: Path, context: JobContext) -> np.ndarray:
    """Size and time of every file before any is read, also when a killed run goes on."""
    file = parts / "file_stats.npy"
    before = readable_array(file, kinds="i", shape=(len(snapshot), 2), mapped=False)
    if before is not None:
        return before
    stats = file_stats(
        snapshot.files(), progress=stage_progress(context, message("Looking for the files"))
    )
    # Taken before the images are read: a file that changes meanwhile then looks changed later on,
    # and never unchanged.
    write_array(file, stats)
    return stats


def _resumed(known: Reusable, parts: Path) -> Reusable:
    """The rows to reuse as they were chosen when the run began: parts are counted without them."""
    file = parts / "reused.npy"
    if not file.is_file():
        write_array(file, known.rows)
        return known
    rows = readable_array(file, kinds="b", shape=known.rows.shape, mapped=False)
    if rows is None or (rows.any() and (known.all_facts is None or not known.embeddings)):
        # Parts say nothing without what they were made beside.
        for part in parts.glob("*.npz"):
            part.unlink()
        write_array(file, known.rows)
        return known
    facts = known.all_facts[rows] if known.all_facts is not None else known.facts
    return replace(known, rows=rows, facts=facts)


@dataclass(frozen=True)
class _Work:
    """What is embedded; `sizes` are the files' in bytes, -1 where one is missing."""

    files: list[ImageLocation]
    sizes: list[int]
    expected: np.ndarray
    """bool (n,), not known to have left the dataset"""
    encoders: list[Encoder]
    parts: Path
    rendering: Rendering
    parameters: EmbedParameters


def _embed_missing(work: _Work, context: JobContext) -> None:
    count = len(work.files)
    missing = [start for start in starts(count) if not is_done(work.parts, start, work.expected)]
    if not missing:
        return
    cluster = chosen_cluster()
    waiting = sum(min(PART_SIZE, count - start) for start in missing)
    before = count - waiting
    if before:
        context.log(message("Resuming after {first:,} images.", first=before))

    def report(done: int, total: int, *, so_far: int = before) -> None:
        context.progress(message("Looking at the images"), so_far + done, count)

    store = ThumbnailCache(context.log).store
    if cluster:
        made = embed_on_cluster(
            cluster,
            work.files,
            work.sizes,
            work.encoders,
            work.parameters,
            starts=missing,
            rendering=work.rendering,
            store_thumbnail=store,
            context=context,
            progress=report,
        )
    else:
        made = _each_gap(work, missing, store, context, progress=report)
    took = waited = 0.0
    for part in made:
        save_part(work.parts, part)
        took, waited = took + part.took, waited + part.waited
    _say_pace(waiting, took, waited, context)


def _each_gap(
    work: _Work,
    missing: Sequence[int],
    store: StoreThumbnail,
    context: JobContext,
    *,
    progress: Callable[..., None],
) -> Iterator[Part]:
    """The parts that begin at `missing`, those that follow each other in one pass."""
    count, threads = len(work.files), context.threads
    done = count - sum(min(PART_SIZE, count - start) for start in missing)
    for first, stop in _gaps(missing, count):
        yield from embed_samples(
            work.files[:stop],
            work.encoders,
            store_thumbnail=store,
            start=first,
            part_size=PART_SIZE,
            workers=threads,
            apart=decoded_apart(work.encoders, stop - first, threads or available_cores()),
            rendering=work.rendering,
            whole=count,
            progress=partial(progress, so_far=done),
        )
        done += stop - first


def _gaps(missing: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    """First row and end of each stretch of parts, which begin at `missing`, of `count` rows."""
    first = missing[0]
    for start, following in pairwise([*missing, count]):
        if following != start + PART_SIZE or following == count:
            yield first, min(start + PART_SIZE, count)
            first = following


def _refuse_unread(work: _Work) -> None:
    """Stop where the machine did not give some images, unless it is to go on without them.

    Raises:
        UserError: with the code `FILES_UNREAD`.
    """
    if work.parameters.partial:
        return
    unread = refused_rows(work.parts, work.expected)
    if unread:
        found = [(work.files[row], unread[row]) for row in sorted(unread)]
        raise unread_error(found, int(work.expected.sum()))


def _say_pace(images: int, took: float, waited: float, context: JobContext) -> None:
    """Whether a faster encoder or faster reading would help; of few images nobody asks.

    Args:
        images: that were embedded.
        took: seconds, of all nodes together on a cluster.
        waited: of them, those in which encoders waited for images.
        context: for the log.
    """
    if images < WORTH_TELLING or took <= 0:
        return
    text = (
        message("Reading the images set the pace: the encoder waited {share:.0%} of the time.")
        if waited > READING_LIMITS * took
        else message("The encoder set the pace: it waited {share:.0%} of the time for images.")
    )
    context.log(text.with_fields(share=waited / took))


@dataclass(frozen=True)
class _Embedded:
    """Parts of the samples `rows`, and what is known of the others."""

    snapshot: Snapshot
    encoders: list[Encoder]
    parts: Path
    rows: np.ndarray
    """(n,) int64"""
    known: Reusable
    stats: np.ndarray
    rendering: Rendering

    def __iter__(self) -> Iterator[tuple[np.ndarray, Any]]:
        """Each part with the rows it is about."""
        for start, part in load_parts(self.parts, len(self.rows)):
            yield self.rows[start : start + len(part[FACTS])], part


def _collect(
    made: _Embedded, project_folder: Path, run_folder: Path, context: JobContext
) -> dict[str, Any]:
    """Join the parts into one memory-mapped array an encoder."""
    count, known = len(made.snapshot), made.known
    facts = np.zeros(count, FACTS_DTYPE)
    facts[known.rows] = known.facts
    signatures = np.zeros((count, SIGNATURE_SIDE, SIGNATURE_SIDE), np.uint8)
    if made.snapshot.signatures is not None:
        signatures[known.rows] = made.snapshot.signatures[known.rows]
    unreadable: dict[int, Message] = {}
    for rows, part in made:
        facts[rows] = current_facts(part[FACTS])
        # A run that an earlier version began has parts without, or with smaller ones.
        if SIGNATURES in part and part[SIGNATURES].shape[1:] == signatures.shape[1:]:
            signatures[rows] = part[SIGNATURES]
        unreadable |= {int(made.rows[at]): why for at, why in unreadable_rows(part).items()}
    # What has been there once is still known, by whichever name it comes back.
    keep_lost(facts, known, unreadable)
    # Nothing at all readable is a wrong path, not a damaged dataset.
    if count and len(unreadable) == count:
        raise UserError(
            message(
                "None of the {count:,} images could be read; the first one: {unreadable}.",
                count=count,
                unreadable=unreadable[0],
            ),
            message("Check the path of the images (`--image-root` for a CSV)."),
            code="nothing_readable",
        )
    artifacts, same = {}, []
    for encoder in made.encoders:
        path = embedding_path(encoder.name)
        _join(made, encoder, project_folder / path)
        artifacts[f"{EMBEDDING}{encoder.name}"] = path
        if tells_nothing(load_embedding(project_folder / path)):
            same.append(encoder.name)
    # First: once the new facts are there, what the pictures were before is forgotten.
    seen = SeenPictures(facts, signatures)
    _leave_replaced(made.snapshot, seen, made.stats, run_folder, context)
    save_rendering(project_folder / "arrays", made.rendering)
    write_array(project_folder / "arrays" / "facts.npy", facts)
    write_array(project_folder / "arrays" / SIGNATURE_FILE, signatures)
    write_array(project_folder / FILE_STATS, made.stats)
    write_unreadable(run_folder, unreadable)
    return {
        "artifacts": artifacts | {FACTS: "arrays/facts.npy"},
        "metrics": {
            "samples": count - len(unreadable),
            "unreadable": len(unreadable),
            UNREAD: sum(
                is_of_machine(why) for row, why in unreadable.items() if not made.snapshot.gone[row]
            ),
            "truncated": int(facts["truncated"].sum()),
            "several": int(facts["several"].sum()),
            "reused": int(known.rows.sum()),
            "encoders": {encoder.name: encoder.key for encoder in made.encoders},
            "rendering": made.rendering.key,
            "all_alike": same,
        },
    }


def _leave_replaced(
    snapshot: Snapshot,
    now: SeenPictures,
    stats: np.ndarray,
    run_folder: Path,
    context: JobContext,
) -> None:
    """Leave which pictures are others than was known of their samples, for the project's writer."""
    with open_project(snapshot.folder, read_only=True) as project:
        held = load_replaced(project).present(content_hashes(project, len(snapshot)))
        listed = load_file_stats(project, len(snapshot))
    before = None
    if snapshot.facts is not None:
        before = SeenPictures(snapshot.facts, snapshot.signatures)
    # Nothing else is known of pictures that were decided on before any was embedded.
    touched = (held == b"") & (snapshot.samples.status > 0) & (listed[:, 0] >= 0)
    touched &= (listed != stats).any(axis=1)
    replaced = replaced_by_embedding(held, before, now, touched)
    write_replaced(run_folder, replaced)
    decided = snapshot.samples.status[[row for row, _, _ in replaced]] > 0
    if decided.any():
        context.log(not_standing_message(int(decided.sum())))


def _say_several(count: int, context: JobContext) -> None:
    if count:
        context.log(
            message(
                "{count:,} files hold several pictures (pages, or frames of an animation): only the"
                " first of each that shows anything is looked at. Save the others as files of their"
                " own where they matter.",
                count=count,
            )
        )


def _warn_of_sameness(metrics: dict[str, Any], context: JobContext) -> None:
    for name in metrics["all_alike"]:
        context.log(
            message(
                "Nearly all images look the same to the encoder {name}: nothing can be judged by"
                " it. Look at some images; where their values lie in a narrow range, embed again"
                " with `--window-level`.",
                name=name,
            )
        )


def _join(made: _Embedded, encoder: Encoder, target: Path) -> None:
    # Beside the target, for the rename to stay within one disk.
    temporary = target.with_name(temporary_name(target.name))
    shape = (len(made.snapshot), encoder.dimension)
    try:
        # float16 halves the disk and moves an embedding by 5e-4 of its length.
        joined = map_new_array(temporary, shape, np.float16)
        before = made.known.embeddings.get(encoder.name)
        if before is not None:
            known = np.flatnonzero(made.known.rows)
            joined[known] = before[known]
        for rows, part in made:
            joined[rows] = part[f"{EMBEDDING}{encoder.name}"]
        # The pages of a mapped file reach the disk whenever the system likes, unless asked.
        joined.flush()
        del joined  # Windows does not rename a mapped file
        rename_over(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
