"""`lnl-gui recipes [NAME]`: the training recipes and how long each takes; one's constants."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER
from lnl_gui.store.training.training_size import size_limit
from lnl_gui.util.messages import from_json, in_english, message
from lnl_gui.util.translation import localized, tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument("recipe", nargs="?", metavar="NAME", help=tr("list this one's constants"))
    parser.add_argument(
        "--encoder",
        default=BUNDLED_ENCODER,
        metavar="NAME",
        help=tr("on which some constants depend"),
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    from lnl_gui.pipeline.catalogue import recipes

    if options.recipe:
        return _constants(options)
    entries = recipes()
    if options.json:
        print(json.dumps(in_english(entries)))
        return 0
    for entry in entries:
        estimate = from_json(entry["estimate"])
        if entry["needs_gpu"]:
            estimate = message("{estimate}, wants a GPU", estimate=estimate)
        description = localized(from_json(entry["description"]))
        if entry["least_samples"]:
            least = size_limit(entry["least_samples"])
            description = f"{description} {localized(least)}"
        print(f"{entry['name']:22} {localized(estimate)}. {description}")
    print(
        localized(
            message("Also plain:LOSS. Durations are for 5,000 images on two processor cores.")
        )
    )
    return 0


def _constants(options: argparse.Namespace) -> int:
    """Print what `finetune --set` can change."""
    from lnl_gui.learn.recipes.registry import find_recipe
    from lnl_gui.learn.recipes.settings import settings_of

    found = settings_of(find_recipe(options.recipe), encoder=options.encoder)
    if options.json:
        print(json.dumps(found))
        return 0
    for name, value in found.items():
        print(f"{name:26} {value}")
    print(localized(message("Change one with `lnl-gui finetune --set NAME=VALUE`.")))
    return 0
