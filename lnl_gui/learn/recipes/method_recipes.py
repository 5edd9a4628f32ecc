"""The noise-robust methods as recipes: a minute on the stored embedding, or hours on images."""

from lnl_gui.learn.methods.registry import find_method
from lnl_gui.learn.recipes.parameters import ON_EMBEDDING, Recipe
from lnl_gui.util.messages import message

QUICK_SUFFIX = "_head"
METHODS = ("divide_mix", "unicon", "co_teaching", "small_loss")
EPOCHS = {"divide_mix": 10, "unicon": 10}
"""Over images, where it is not the method's default; the papers train 80 and more on far larger
sets."""

LEAST_SAMPLES = {"divide_mix": 800, "unicon": 800, "co_teaching": 1000, "small_loss": 1000}
"""Of heads on embeddings. Differences from the linear probe in points, CIFAR-10N's random1 and
worse, three draws each, 2 000 test images:
150 images: DivideMix -4.2 (-8.9 to .4), UNICON -6.2 (-12.7 to .3), Co-teaching -2.1 (-9.6 to 5.4),
small loss -3.8 (-7.5 to -.1); 800: 1.1 (-1.1 to 3.3), 1.3 (-1.2 to 3.8), -1.5 (-2.5 to -.5),
-1.9 (-3.5 to -.2); 1 000: Co-teaching -.2 (-4.1 to 3.8), small loss -.2 (-3.8 to 3.5); 2 000: -.2
(-1.0 to .5), -.3 (-1.1 to .5);
5 000: 1.7 (.6 to 2.9), 1.6 (-.1 to 3.3), .6 (.3 to .9), .6 (.3 to 1.0)."""


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
        least_samples=LEAST_SAMPLES[method],
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
