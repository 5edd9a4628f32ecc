"""What can be chosen here, as plain values: encoders, detectors, recipes, devices, formats."""

from collections.abc import Mapping, Sequence
from typing import Any

from lnl_gui.dataset.writers import list_writers
from lnl_gui.detect.detectors.registry import list_detectors
from lnl_gui.detect.detectors.text_registry import TEXT_DETECTORS
from lnl_gui.encoders.catalogue.table import list_encoders
from lnl_gui.encoders.loading.devices import list_devices
from lnl_gui.encoders.loading.sources import download_needed
from lnl_gui.learn.losses.registry import list_losses
from lnl_gui.learn.models.adapter_choice import refuse_by_name
from lnl_gui.learn.recipes.parameters import Recipe
from lnl_gui.learn.recipes.registry import list_recipes
from lnl_gui.learn.recipes.settings import published_of, settings_of, words_of
from lnl_gui.store.jobs.parameters import CatalogueParameters
from lnl_gui.util.constants import Constant
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, to_json
from lnl_gui.util.progress import JobContext

Entry = dict[str, Any]


def run(parameters: CatalogueParameters, context: JobContext) -> dict[str, Any]:
    """The job that lists all choices; needs no project and writes nothing."""
    metrics = {
        "encoders": encoders(),
        "detectors": detectors(),
        "recipes": recipes(),
        "devices": devices(),
        "formats": formats(),
    }
    return {"artifacts": {}, "metrics": metrics}


def encoders() -> list[Entry]:
    """Encoders with the bytes that opening each would download now (0: here already)."""
    return [
        {
            "name": info.name,
            "title": to_json(info.title),
            "description": to_json(info.description),
            "source": info.source,
            "download_bytes": download_needed(info),
            "dimension": info.dimension,
        }
        for info in list_encoders()
    ]


def detectors() -> list[Entry]:
    """Detectors, ours, those of other packages and last those that want words beside images."""
    return [
        {
            "name": info.name,
            "title": to_json(info.title),
            "description": to_json(info.description),
            "default": info.default,
            "constants": dict(info.load_constants()),
            "words": _listed(info.load_words()),
            "published": dict(info.load_published()),
        }
        for info in (*list_detectors(), *TEXT_DETECTORS)
    ]


def recipes() -> list[Entry]:
    """Recipes with all constants of the part that costs, those of the dialog first."""
    return [
        {
            "name": recipe.name,
            "title": to_json(recipe.title),
            "description": to_json(recipe.description),
            "estimate": to_json(duration(recipe.minutes_hint)),
            "needs_gpu": recipe.needs_gpu,
            "least_samples": recipe.least_samples,
            **_settings(recipe),
        }
        for recipe in list_recipes()
    ]


def _settings(recipe: Recipe) -> Entry:
    found = settings_of(recipe)
    shown: Entry = {
        # TURN has these numbers for each of its parts; the tuning is what costs.
        name: found.get(name, found.get(f"tuning_{name}", 0))
        for name in ("epochs", "batch_size", "learning_rate")
    }
    losses = {loss.name: dict(loss.defaults) for loss in list_losses()}
    return shown | {
        "constants": found,
        "words": _listed(words_of(recipe)),
        "published": published_of(recipe),
        "losses": losses if "loss" in found else {},
        "by_encoder": _by_encoder(recipe, found),
        "unfit": _unfit(recipe),
    }


def _unfit(recipe: Recipe) -> Entry:
    """Why a recipe does not fit an encoder, by its name."""
    why: Entry = {}
    for encoder in list_encoders() if recipe.adapters is not None else ():
        try:
            refuse_by_name(recipe.backbone or encoder.name)
        except UserError as error:
            why[encoder.name] = to_json(error.message)
    return why


def _listed(words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    # JSON has no tuples.
    return {name: list(allowed) for name, allowed in words.items()}


def _by_encoder(recipe: Recipe, found: Mapping[str, Constant]) -> dict[str, Entry]:
    """The constants that differ under an encoder, by its name; empty where none ever does."""
    table = {}
    for encoder in list_encoders():
        own = settings_of(recipe, encoder=encoder.name)
        table[encoder.name] = {name: own[name] for name in own if own[name] != found.get(name)}
    return table if any(table.values()) else {}


def devices() -> list[Entry]:
    """Devices to compute on, the fastest first."""
    return [{"name": name, "title": to_json(title)} for name, title in list_devices()]


def formats() -> list[Entry]:
    """Formats an export can be written in, the default one first."""
    return [
        {
            "name": writer.name,
            "title": to_json(writer.title),
            "description": to_json(writer.description),
            "holds_unlabelled": writer.holds_unlabelled,
            "holds_images": writer.holds_images,
            "tells_status": writer.tells_status,
        }
        for writer in list_writers()
    ]


def duration(minutes: float) -> Message:
    """An order of magnitude in words, for two processor cores and 5 000 images."""
    if minutes < 1:
        return message("seconds")
    # From 1.5 on, and from 90 minutes, what is rounded is 2 or more, so that the plural is right.
    if minutes < 1.5:
        return message("about a minute on a CPU")
    if minutes < 90:
        return message("about {minutes} minutes on a CPU", minutes=round(minutes))
    return message("about {hours} hours on a CPU", hours=round(minutes / 60))
