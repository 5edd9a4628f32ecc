import numpy as np
import pytest
import torch

from lnl_gui.detect.detectors.zero_shot import class_directions, zero_shot
from lnl_gui.util.errors import UserError


def data(samples: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    text = generator.normal(size=(4, 12)).astype(np.float32)
    truth = np.arange(samples, dtype=np.int32) % 4
    images = 3 * text[truth] + generator.normal(size=(samples, 12))
    return images.astype(np.float32), text, truth


def test_softmax_of_scaled_cosines_as_torch() -> None:
    images, text, truth = data()
    cosine = torch.nn.functional.cosine_similarity(
        torch.tensor(images)[:, None], torch.tensor(text)[None], dim=2
    )
    expected = torch.softmax(20 * cosine, dim=1).numpy()
    result = zero_shot(images, text, truth, scale=20.0)
    np.testing.assert_allclose(result.score, 1 - expected[np.arange(60), truth], atol=1e-5)
    voted = expected[np.arange(60), result.vote]
    np.testing.assert_allclose(voted, expected.max(axis=1), rtol=1e-5)
    np.testing.assert_allclose(result.details["confidence"], expected.max(axis=1), rtol=1e-4)


def test_prompts_are_averaged_as_directions() -> None:
    prompts = np.array([[[3.0, 0], [0, 1]], [[0, 5], [0, 1]]])
    half = np.sqrt(0.5)
    np.testing.assert_allclose(class_directions(prompts), [[half, half], [0, 1]], rtol=1e-6)


def test_fitted_scale_is_the_likeliest() -> None:
    images, text, truth = data(400)
    given = truth.copy()
    given[:120] = (truth[:120] + 1) % 4
    fitted = float(zero_shot(images, text, given, scale=None).details["scale"][0])

    def likelihood(scale: float) -> float:
        return float(np.log1p(-zero_shot(images, text, given, scale=scale).score).mean())

    assert likelihood(fitted) > max(likelihood(fitted * 1.2), likelihood(fitted / 1.2))


def test_unreadable_rows_and_wrong_encoder() -> None:
    images, text, truth = data()
    images[4] = np.nan
    result = zero_shot(images, text, truth)
    assert np.isnan(result.score[4]) and result.vote[4] == -1
    assert np.isfinite(np.delete(result.score, 4)).all()
    with pytest.raises(UserError, match="same encoder"):
        zero_shot(images[:, :5], text, truth)
