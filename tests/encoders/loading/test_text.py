"""Class names become points as open_clip itself makes them."""

import numpy as np
import open_clip
import pytest
import torch

from lnl_gui.encoders.loading.text import PROMPTS, prompt_embeddings
from lnl_gui.util.errors import UserError

NAME = "clip-vit-b-32"


def test_points_are_open_clip_s_for_each_prompt() -> None:
    names = ["mountain_bike", "T-shirt"]
    points = prompt_embeddings(NAME, names, prompts=PROMPTS[:3], pretrained=False)
    assert points.shape == (2, 3, 512)
    assert points.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(points, axis=2), 1, atol=1e-5)
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        model = open_clip.create_model("ViT-B-32", pretrained=None, force_quick_gelu=True).eval()
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
