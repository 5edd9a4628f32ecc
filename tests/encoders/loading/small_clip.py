"""A contrastive model of the published design and of next to no size."""

import open_clip
from torch import nn


def small_clip(**text: int) -> nn.Module:
    """A model that embeds in as many dimensions as ViT-B-32.

    Args:
        text: of its text half, instead of few words and short sentences.
    """
    words = text or {"context_length": 8, "vocab_size": 40}
    return open_clip.CLIP(
        embed_dim=512,
        vision_cfg={"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
        text_cfg={"width": 16, "heads": 2, "layers": 1, **words},
        quick_gelu=True,
    )
