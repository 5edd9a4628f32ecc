"""Text embeddings of class names by a contrastive image-text encoder, for zero-shot classification.

An image's cosine similarity to each class's text embedding is a vote that never saw the labels.
Source: Radford et al., Learning Transferable Visual Models From Natural Language Supervision, 2021.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import open_clip
import torch

from lnl_gui.encoders.loading import open_clip_library
from lnl_gui.encoders.loading.sources import describe, weights_for
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

PROMPTS = (
    "a photo of a {}.",
    "itap of a {}.",
    "a bad photo of the {}.",
    "a origami {}.",
    "a photo of the large {}.",
    "a {} in a video game.",
    "art of the {}.",
    "a photo of the small {}.",
)
"""The plain prompt and the seven that CLIP's authors found nearly as good as their eighty."""


def prompt_embeddings(
    name: str,
    class_names: Sequence[str],
    *,
    prompts: Sequence[str] = PROMPTS,
    weights: Path | None = None,
    pretrained: bool = True,
    progress: Progress = no_progress,
) -> np.ndarray:
    """Embed class names: a unit vector for each class and prompt.

    Args:
        name: an encoder of open_clip's.
        class_names: C names; underscores count as spaces.
        prompts: P, each with one `{}` for the name.
        weights: a local weights file instead of the published one.
        pretrained: False leaves the weights random, needing no file.
        progress: called with finished and total classes, after any download has reported bytes.

    Returns:
        (C, P, D) float32, comparable with the encoder's image embeddings by cosine.

    Raises:
        UserError: for an encoder without a text half, weights that do not fit, a failed download.
    """
    info = describe(name)
    if info.source != "open_clip":
        raise UserError(
            message("The encoder {name} knows images only, no words.", name=name),
            message("Choose a CLIP encoder, such as clip-vit-b-32."),
            code="no_text_encoder",
        )
    file = weights_for(info, weights=weights, progress=progress) if pretrained else None
    with torch.random.fork_rng(devices=[]):
        # Weights of the text half are random where none are loaded; the same at every call.
        torch.manual_seed(0)
        model = open_clip_library.load(info, file).eval()
    tokenizer = _tokenizer(info.model)
    shape = len(class_names), len(prompts), info.dimension
    points = np.empty(shape, dtype=np.float32)
    for row, class_name in enumerate(class_names):
        progress(row, len(class_names))
        # Folder names such as fire_truck are no words to a tokenizer.
        readable = " ".join(class_name.replace("_", " ").split())
        tokens = tokenizer([prompt.format(readable) for prompt in prompts])
        with torch.inference_mode():
            points[row] = model.encode_text(tokens, normalize=True).float().numpy()
    progress(len(class_names), len(class_names))
    return points


def _tokenizer(model: str) -> open_clip.SimpleTokenizer:
    try:
        return open_clip.get_tokenizer(model)
    except (OSError, ImportError, AttributeError) as error:
        raise UserError(
            message("The words of {model} need a vocabulary that is not installed.", model=model),
            message("Choose another CLIP encoder, such as clip-vit-b-32."),
            code="no_text_encoder",
        ) from error
