"""Random views of images: weak ones to model losses, strong ones to train (Nishi et al. 2021).

A policy maps an RGB image and a generator to a view of the same size. RandAugment (Cubuk et al.
2020) stands for the strong views; its operations are Pillow's.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from lnl_gui.util.lookup import find_by_name
from lnl_gui.util.messages import message

AugmentationName = Literal["none", "weak", "strong", "affine", "photograph", "auto"]
"""`auto` is `affine` for small images and `photograph` for others."""
Policy = Callable[[Image.Image, np.random.Generator], Image.Image]

PADDING = 1 / 8
"""Crops are taken from the image padded by this share of its side (4 pixels of 32)."""
FILL = (128, 128, 128)
"""Grey, where an operation uncovers what lay outside the image."""
# Two operations at a magnitude of 10 on the scale of 30 of Cubuk et al. (2020).
RANDAUGMENT_OPERATIONS = 2
RANDAUGMENT_MAGNITUDE = 10
MAXIMUM_MAGNITUDE = 30


def flip(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Mirror an RGB image of any size with probability one half."""
    return ImageOps.mirror(image) if generator.random() < 0.5 else image


def padded_crop(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Crop at the original size from the image padded with its mirrored border."""
    width, height = image.size
    margin = max(1, round(min(width, height) * PADDING))
    pixels = np.asarray(image)
    padded = np.pad(pixels, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")
    top, left = generator.integers(0, 2 * margin + 1, size=2)
    return Image.fromarray(padded[top : top + height, left : left + width])


def resized_crop(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Crop 8 % to 100 % of the area at an aspect of 3/4 to 4/3, resized back (Inception's crop)."""
    width, height = image.size
    area = width * height * generator.uniform(0.08, 1.0)
    # Uniform in the logarithm, so that wide and tall are equally likely.
    aspect = np.exp(generator.uniform(np.log(3 / 4), np.log(4 / 3)))
    crop_width = float(np.clip(np.sqrt(area * aspect), 1, width))
    crop_height = float(np.clip(np.sqrt(area / aspect), 1, height))
    left = generator.uniform(0, width - crop_width)
    top = generator.uniform(0, height - crop_height)
    box = (left, top, left + crop_width, top + crop_height)
    return image.resize(image.size, Image.Resampling.BILINEAR, box=box)


def _affine(image: Image.Image, matrix: tuple[float, ...]) -> Image.Image:
    return image.transform(
        image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=FILL
    )


def random_affine(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Turn up to 15 degrees, shift up to a tenth, scale by 0.9 to 1.1, about the centre."""
    width, height = image.size
    angle = np.deg2rad(generator.uniform(-15, 15))
    scale = generator.uniform(0.9, 1.1)
    shift = generator.uniform(-0.1, 0.1, size=2) * (width, height)
    # Pillow's matrix maps the output to the input, hence the division by the scale.
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / scale
    centre = np.array([width, height]) / 2
    offset = centre - turn @ (centre + shift)
    rows = (turn[0, 0], turn[0, 1], offset[0], turn[1, 0], turn[1, 1], offset[1])
    return _affine(image, tuple(float(v) for v in rows))


def colour_jitter(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Brightness, contrast and saturation by factors of 0.6 to 1.4."""
    for enhancer in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = enhancer(image).enhance(float(generator.uniform(0.6, 1.4)))
    return image


def _shift(image: Image.Image, across: float, down: float) -> Image.Image:
    return _affine(image, (1, 0, across * image.width, 0, 1, down * image.height))


def _operations(magnitude: float) -> list[Callable[[Image.Image, float], Image.Image]]:
    """The fourteen operations at a magnitude in [0, 1]; the second argument is a sign."""
    strength = 0.9 * magnitude
    shear, reach = 0.3 * magnitude, 0.45 * magnitude
    # Solarising and posterising are the stronger the lower their number.
    levels = 256 - round(256 * magnitude)
    bits = 8 - round(4 * magnitude)
    return [
        # The identity is one of RandAugment's operations: a view may stay as it was.
        lambda image, sign: image,
        lambda image, sign: ImageOps.autocontrast(image),
        lambda image, sign: ImageOps.equalize(image),
        lambda image, sign: image.rotate(
            sign * 30 * magnitude, Image.Resampling.BILINEAR, fillcolor=FILL
        ),
        lambda image, sign: ImageOps.solarize(image, levels),
        lambda image, sign: ImageOps.posterize(image, bits),
        lambda image, sign: ImageEnhance.Color(image).enhance(1 + sign * strength),
        lambda image, sign: ImageEnhance.Contrast(image).enhance(1 + sign * strength),
        lambda image, sign: ImageEnhance.Brightness(image).enhance(1 + sign * strength),
        lambda image, sign: ImageEnhance.Sharpness(image).enhance(1 + sign * strength),
        lambda image, sign: _affine(image, (1, sign * shear, 0, 0, 1, 0)),
        lambda image, sign: _affine(image, (1, 0, 0, sign * shear, 1, 0)),
        lambda image, sign: _shift(image, sign * reach, 0),
        lambda image, sign: _shift(image, 0, sign * reach),
    ]


def randaugment(
    image: Image.Image,
    generator: np.random.Generator,
    *,
    count: int = RANDAUGMENT_OPERATIONS,
) -> Image.Image:
    """Apply `count` operations drawn with replacement, at magnitude 10 of 30 (Cubuk et al. 2020).

    Args:
        image: RGB, any size; the size stays.
        generator: draws operations and signs.
        count: operations one after the other.
    """
    operations = _operations(RANDAUGMENT_MAGNITUDE / MAXIMUM_MAGNITUDE)
    for choice in generator.integers(0, len(operations), size=count):
        sign = 1.0 if generator.random() < 0.5 else -1.0
        image = operations[choice](image, sign)
    return image


def weak(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Crop and flip."""
    return flip(padded_crop(image, generator), generator)


def strong(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Crop, flip, and RandAugment."""
    return randaugment(weak(image, generator), generator)


def affine(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Flip and a small affine map: TURN on CIFAR-100."""
    return random_affine(flip(image, generator), generator)


def photograph(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Resized crop, flip and colour jitter: TURN on Clothing1M and WebVision."""
    return colour_jitter(flip(resized_crop(image, generator), generator), generator)


_POLICIES: dict[str, Policy | None] = {
    "none": None,
    "weak": weak,
    "strong": strong,
    "affine": affine,
    "photograph": photograph,
}


def policy(name: str) -> Policy | None:
    """The policy of that name; None for "none".

    Raises:
        UserError: for an unknown name, suggesting the nearest.
    """
    error = message("There is no augmentation called {name}.", name=name)
    return find_by_name(name, _POLICIES, error=error, code="unknown_augmentation")
