"""The noise-robust methods as recipes: a minute on the stored embedding, or hours on images."""

from lnl_gui.learn.methods.registry import find_method
from lnl_gui.learn.recipes.parameters import ON_EMBEDDING, Recipe
from lnl_gui.util.messages import message

QUICK_SUFFIX = "_head"
METHODS = ("divide_mix", "unicon", "co_teaching", "small_loss")
EPOCHS = {"divide_mix": 10, "unicon": 10}
"""Over images, where it is not the method's default; the papers train 80 and more on far larger
sets."""

LEAST_SAMPLES = 800
"""Of heads on embeddings. On 150 images of CIFAR-10N (worse and random1, two draws each, 1 000
clean test images) UNICON, Co-teaching and small loss stay below the linear probe by 11.8 (+-3.2),
4.8 (2.7) and 4.8 (2.7) points; measured again, DivideMix by 1.9 to 5.4 and UNICON by 6.2 to 9.1. On
800 images UNICON is above it by 2.8, Co-teaching by .7, small loss by .3 and DivideMix by 1.9 (1.6
to 1.8). Nothing was measured between."""


def _on_embedding(method: str) -> Recipe:
    info = find_method(method)
    return Recipe(
        f"{method}{QUICK_SUFFIX}",
        message("{title} on embeddings", title=info.title),
        message(
            "{description} A linear layer on the stored embedding: about a minute.",
            description=info.description,
        ),
        method=method,
        constants=((ON_EMBEDDING, 1.0),),
        minutes_hint=1,
        least_samples=LEAST_SAMPLES,
    )


def _on_images(method: str) -> Recipe:
    info = find_method(method)
    return Recipe(
        method,
        info.title,
        message(
            "{description} The whole network on augmented images. For a GPU.",
            description=info.description,
        ),
        method=method,
        constants=(("epochs", float(EPOCHS[method])),) if method in EPOCHS else (),
        minutes_hint=600,
        needs_gpu=True,
    )


def _turn() -> Recipe:
    info = find_method("turn")
    return Recipe(
        "turn",
        info.title,
        message(
            "{description} Four epochs of the whole network on images. For a GPU.",
            description=info.description,
        ),
        method="turn",
        minutes_hint=240,
        needs_gpu=True,
    )


METHOD_RECIPES = (*map(_on_embedding, METHODS), *map(_on_images, METHODS), _turn())
"""Recipes of methods, listed after those of stages."""
