"""Low-rank adapters (LoRA, Hu et al., ICLR 2022) in a vision transformer's linear layers, by peft.

Each adapted layer W becomes W + alpha / rank * B A, of which only A (rank x inputs) and B (outputs
x rank) learn. Merged, the sum is an ordinary layer: the saved model knows nothing of adapters.
"""

import copy
from typing import Any

import torch
from torch import nn

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.learn.models.adapter_choice import Adapters, check_package, misfit
from lnl_gui.learn.models.network import Classifier, Head

_ATTENTION = ("qkv", "q", "k", "v", "q_proj", "k_proj", "v_proj")
_ADAPTED = (*_ATTENTION, "proj", "fc1", "fc2", "fc1_g", "fc1_x", "w12", "w3", "c_fc", "c_proj")
"""Names of linear layers in the blocks of timm's and open_clip's transformers. All of them and not
queries and values alone, as in Hu et al.: what is adapted counts for more than the rank (Dettmers
et al., NeurIPS 2023). Of open_clip's own towers only the two after the attention: peft adapts a
`MultiheadAttention` by adding to its weights and taking away again, and rounding then changes what
should stay, so that no run would resume exactly."""


class AdaptedClassifier(nn.Module):
    """A copy of a classifier whose backbone's weights stay, beside which adapters and a head learn.

    Args:
        classifier: which is copied.
        backbone: the encoder in it.
        adapters: their constants.
        seed: of the first weights of the adapters, with which the network gives the same logits.

    Raises:
        UserError: see `refuse_adapters`.
    """

    def __init__(
        self, classifier: Classifier, backbone: Backbone, adapters: Adapters, *, seed: int
    ) -> None:
        super().__init__()
        refuse_adapters(backbone)
        names = adapted_layers(backbone)
        self.classifier = copy.deepcopy(classifier)
        self.classifier.requires_grad_(False)
        from peft import LoraConfig, inject_adapter_in_model  # noqa: PLC0415 - an extra, and slow

        config = LoraConfig(
            r=adapters.rank,
            lora_alpha=adapters.alpha,
            lora_dropout=adapters.dropout,
            target_modules=names,
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            inject_adapter_in_model(config, self.classifier.backbone)
        self.head.requires_grad_(True)

    @property
    def head(self) -> Head:
        """The last layer, which learns as a whole."""
        return self.classifier.head

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Normalised images (B, 3, S, S) to logits (B, C)."""
        return self.classifier(images)

    def learnt(self) -> nn.ModuleList:
        """The modules that learn, which are all that a checkpoint needs."""
        names = ("lora_A", "lora_B", "lora_dropout")
        parts = [getattr(layer, name) for layer in _layers(self) for name in names]
        return nn.ModuleList([self.head, *parts])

    def merge_into(self, classifier: Classifier) -> Classifier:
        """Give `classifier` the weights that give the same logits without adapters.

        Args:
            classifier: of the layout that was adapted, or one whose weights were merged before.
        """
        # Of a copy: to take a merged adapter out again costs digits, and training goes on.
        merged = copy.deepcopy(self.classifier)
        layers: list[tuple[str, Any]] = list(merged.named_modules())
        for name, layer in layers:
            if _is_adapted(layer):
                layer.merge()
                merged.set_submodule(name, layer.get_base_layer())
        classifier.load_state_dict(merged.state_dict())
        return classifier


def adapted_layers(backbone: Backbone) -> list[str]:
    """Names of the backbone's layers that adapters fit; empty for one that is no transformer."""
    inside = {id(module) for block in backbone.blocks for module in block.modules()}
    found = [each for each in backbone.model.named_modules() if id(each[1]) in inside]
    # A convolutional network's blocks may have linear layers of the same names.
    if not any(_attends(*each) for each in found):
        return []
    return [name for name, module in found if _is_target(name, module)]


def refuse_adapters(backbone: Backbone) -> None:
    """Refuse what cannot be adapted; costs nothing.

    Raises:
        UserError: with code `package_missing` without peft, `no_adapters` for a backbone without
            layers that adapters fit.
    """
    check_package()
    if not adapted_layers(backbone):
        raise misfit(backbone.name)


def _attends(name: str, module: nn.Module) -> bool:
    return isinstance(module, nn.MultiheadAttention) or name.rpartition(".")[2] in _ATTENTION


def _is_target(name: str, module: nn.Module) -> bool:
    return isinstance(module, nn.Linear) and name.rpartition(".")[2] in _ADAPTED


def _layers(network: nn.Module) -> list[Any]:
    return [module for module in network.modules() if _is_adapted(module)]


def _is_adapted(module: nn.Module) -> bool:
    return isinstance(getattr(module, "lora_A", None), nn.ModuleDict)
