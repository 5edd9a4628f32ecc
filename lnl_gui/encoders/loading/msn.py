"""MSN's weights as published in the layout of the transformers library, for timm's ViT.

timm has no MSN weights of its own. The authors' checkpoint (`target_encoder`) already carries
timm's names; the one on the hub is a quarter of its size but names everything otherwise.
Source: Assran et al., Masked Siamese Networks, 2022.
"""

import re
from typing import Any

import torch

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
_EMBEDDINGS = {
    "embeddings.cls_token": "cls_token",
    "embeddings.position_embeddings": "pos_embed",
    "embeddings.patch_embeddings.projection.weight": "patch_embed.proj.weight",
    "embeddings.patch_embeddings.projection.bias": "patch_embed.proj.bias",
    "layernorm.weight": "norm.weight",
    "layernorm.bias": "norm.bias",
}
_LAYER = {
    "layernorm_before": "norm1",
    "attention.output.dense": "attn.proj",
    "layernorm_after": "norm2",
    "intermediate.dense": "mlp.fc1",
    "output.dense": "mlp.fc2",
}
_LAYER_NAME = re.compile(r"encoder\.layer\.(\d+)\.(.+)\.(weight|bias)")
_QUERY = "attention.attention.query"


def is_transformers_state(state: dict[str, Any]) -> bool:
    """Whether the names are those of a ViT of the transformers library."""
    return any("encoder.layer.0." in name for name in state)


def timm_state(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Rename a state dict to timm's names; query, key and value (D, D) become one (3 D, D).

    Args:
        state: tensors of any dtype by the names of the transformers library.
    """
    plain = {name.removeprefix("vit."): value for name, value in state.items()}
    renamed = {_EMBEDDINGS[name]: plain[name] for name in _EMBEDDINGS if name in plain}
    for name, value in plain.items():
        layer = _LAYER_NAME.fullmatch(name)
        if layer is None:
            continue
        number, part, kind = layer.groups()
        if part in _LAYER:
            renamed[f"blocks.{number}.{_LAYER[part]}.{kind}"] = value
        elif part == _QUERY:
            parts = [plain[name.replace("query", which)] for which in ("query", "key", "value")]
            # In the order timm splits them again.
            renamed[f"blocks.{number}.attn.qkv.{kind}"] = torch.cat(parts)
    return renamed
