"""Class names become points as open_clip itself makes them."""

import numpy as np
import open_clip
import pytest
import torch

from lnl_gui.encoders.loading import open_clip_library
from lnl_gui.encoders.loading.first_weights import shapes_alone
from lnl_gui.encoders.loading.text import PROMPTS, prompt_embeddings
from lnl_gui.util.errors import UserError
from tests.encoders.loading.small_clip import small_clip

NAME = "clip-vit-b-32"


def worded(*_name: str) -> torch.nn.Module:
    """Knows as many words, and takes as long sentences, as ViT-B-32."""
    return small_clip(context_length=77, vocab_size=49408)


def test_points_are_open_clip_s_for_each_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_clip_library, "create", worded)
    names = ["mountain_bike", "T-shirt"]
    points = prompt_embeddings(NAME, names, prompts=PROMPTS[:3], pretrained=False)
    assert points.shape == (2, 3, 512)
    assert points.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(points, axis=2), 1, atol=1e-5)
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        model = worded().eval()
        for row, name in enumerate(["mountain bike", "T-shirt"]):
            texts = [prompt.replace("{}", name) for prompt in PROMPTS[:3]]
            each = model.encode_text(open_clip.tokenize(texts))
            np.testing.assert_allclose(
                points[row], each / each.norm(dim=1, keepdim=True), atol=1e-5
            )


def test_an_image_encoder_has_no_words() -> None:
    with pytest.raises(UserError) as caught:
        prompt_embeddings("bundled", ["cat"])
    assert caught.value.code == "no_text_encoder"
    assert "clip" in str(caught.value.hint)


@pytest.mark.parametrize(("tag", "quick"), [("openai", True), ("laion2b_s34b_b79k", False)])
def test_a_model_has_the_activation_of_its_weights(tag: str, quick: bool) -> None:
    with shapes_alone():
        created = open_clip_library.create("ViT-B-32", tag)
        truth = open_clip.create_model(
            "ViT-B-32", pretrained=None, force_quick_gelu=quick, device="meta"
        )
    assert [type(each) for each in created.modules()] == [type(each) for each in truth.modules()]
