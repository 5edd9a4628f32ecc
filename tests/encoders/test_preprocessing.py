"""Pixels are those of timm's and open_clip's own evaluation transforms."""

import json

import numpy as np
import pytest
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from timm.data import create_transform

from lnl_gui.encoders.preprocessing import Preprocessing

TIMM_CROP_MODES = {"shortest": "center", "squash": "squash", "longest": "border"}


def timm_pixels(preprocessing: Preprocessing, image: Image.Image) -> np.ndarray:
    transform = create_transform(
        input_size=preprocessing.image_size,
        crop_pct=preprocessing.crop_fraction,
        crop_mode=TIMM_CROP_MODES[preprocessing.resize_mode],
        interpolation=preprocessing.interpolation,
        mean=preprocessing.mean,
        normalize=False,
    )
    return transform(image).permute(1, 2, 0).numpy()


@pytest.mark.parametrize("resize_mode", ["shortest", "squash", "longest"])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
@pytest.mark.parametrize(("size", "crop"), [(260, 0.89), (224, 0.875), (160, 1.0), (97, 0.95)])
def test_pixels_equal_timm_s(
    photographs: list[Image.Image], resize_mode: str, interpolation: str, size: int, crop: float
) -> None:
    preprocessing = Preprocessing(size, resize_mode, interpolation, crop)
    for image in photographs:
        np.testing.assert_array_equal(
            preprocessing.apply(image), timm_pixels(preprocessing, image), str(image.size)
        )


@pytest.mark.parametrize("resize_mode", ["shortest", "squash"])
def test_normalised_pixels_equal_open_clip_s(
    photographs: list[Image.Image], resize_mode: str
) -> None:
    mean, std = (0.48, 0.46, 0.41), (0.27, 0.26, 0.28)
    preprocessing = Preprocessing(224, resize_mode, "bicubic", 1.0, mean, std)
    config = PreprocessCfg(
        size=224, mean=mean, std=std, interpolation="bicubic", resize_mode=resize_mode
    )
    transform = image_transform_v2(config, is_train=False)
    for image in photographs:
        ours = torch.from_numpy(preprocessing.normalise(preprocessing.apply(image)[None])[0])
        torch.testing.assert_close(ours, transform(image), atol=1e-5, rtol=1e-5)


def test_longest_pads_with_the_mean() -> None:
    preprocessing = Preprocessing(100, "longest", "bicubic", 1.0, (0.2, 0.4, 0.6))
    pixels = preprocessing.apply(Image.new("RGB", (40, 20), (255, 255, 255)))
    assert pixels.shape == (100, 100, 3)
    assert (pixels[:24] == (51, 102, 153)).all()
    assert (pixels[26:74] == 255).all()
    assert (pixels[-24:] == (51, 102, 153)).all()


def test_a_small_image_is_enlarged_smoothly() -> None:
    dot = np.zeros((32, 32, 3), dtype=np.uint8)
    dot[16, 16] = 255
    pixels = Preprocessing(260, crop_fraction=0.89).apply(Image.fromarray(dot))
    assert pixels.shape == (260, 260, 3)
    assert len(np.unique(pixels)) > 20


@pytest.mark.parametrize("size", [(1, 500), (500, 1), (1, 1), (3, 2)])
def test_extreme_shapes_give_a_full_square(size: tuple[int, int]) -> None:
    pixels = Preprocessing(64, crop_fraction=0.9).apply(Image.new("RGB", size, (9, 8, 7)))
    assert pixels.shape == (64, 64, 3)
    assert (pixels == (9, 8, 7)).all()


def test_dictionary_round_trip_through_json() -> None:
    preprocessing = Preprocessing(224, "squash", "bilinear", 0.9, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    again = Preprocessing.from_dict(json.loads(json.dumps(preprocessing.to_dict())))
    assert again == preprocessing
    assert hash(again) == hash(preprocessing)


@pytest.mark.parametrize("values", [{"resize_mode": "stretch"}, {"interpolation": "guess"}])
def test_unknown_choices_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="unknown"):
        Preprocessing(224, **values)
