"""OpenVINO's graph of a convolutional network, built layer by layer.

Exporting a network through torch takes twelve seconds of processor time, most of which goes into
loading torch's compiler; of the few kinds of layers the bundled encoders have, the graph is written
down in a tenth of a second. So is that of timm's ResNets, which are built of the same.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import torch
from torch import nn

from lnl_gui.encoders.loading.torch_encoder import PixelModel


class UnknownLayerError(Exception):
    """A network has a layer that is not written down here."""


def graph_of(model: PixelModel, image_size: int, openvino: Any) -> Any:
    """The OpenVINO model of a network like timm's EfficientNet without squeezing, or its ResNet.

    Args:
        model: in evaluation mode, on the CPU.
        image_size: side of its images in pixels.
        openvino: the library.

    Returns:
        an `openvino.Model` of one image: (1, H, W, 3) uint8 to what `model` gives of it.

    Raises:
        UnknownLayerError: for a layer of another kind.
    """
    operations = import_module("openvino.opset13")
    pixels = operations.parameter([1, image_size, image_size, 3], np.uint8)
    values = operations.transpose(operations.convert(pixels, "f32"), np.array([0, 3, 1, 2]))
    graph = _Graph(operations)
    values = graph.scaled(values, model.scale, model.offset)
    result = operations.result(graph.after(model.model, values))
    return openvino.Model([result], [pixels], "encoder")


def is_known(network: nn.Module) -> bool:
    """Whether the layers of a network are such as are written down here."""
    # Who has timm's layers has loaded timm, which takes seconds.
    return "timm" in sys.modules and _Graph(None).knows(network)


class _Graph:
    """Appends modules of torch to a graph, given the module of OpenVINO's operations."""

    def __init__(self, operations: Any) -> None:
        # Loads for a second; who converts a network of timm's has it already.
        layers = import_module("timm.layers")
        network = import_module("timm.models.efficientnet")
        builder = import_module("timm.models._efficientnet_blocks")
        residual = import_module("timm.models.resnet")
        self._operations = operations
        self._same_padding: type[nn.Conv2d] = layers.Conv2dSame
        self._pooling: type[nn.Module] = layers.SelectAdaptivePool2d
        normalisations = (nn.BatchNorm2d, layers.BatchNormAct2d)
        blocks = (builder.DepthwiseSeparableConv, builder.InvertedResidual)
        residual_blocks = (residual.BasicBlock, residual.Bottleneck)
        # By the very type: a subclass may compute something else.
        self._kinds: dict[type[nn.Module], Callable[[Any, Any], Any]] = {
            nn.Identity: lambda _module, values: values,
            nn.Sequential: self._in_order,
            nn.Conv2d: self._convolution,
            nn.Linear: self._linear,
            self._same_padding: self._convolution,
            nn.ReLU: lambda _module, values: operations.relu(values),
            nn.ReLU6: lambda _module, values: operations.clamp(values, 0.0, 6.0),
            nn.Flatten: self._flattened,
            nn.MaxPool2d: self._largest,
            nn.AvgPool2d: self._mean,
            self._pooling: self._pooled,
            network.EfficientNet: self._in_order,
            residual.ResNet: self._in_order,
            **dict.fromkeys(normalisations, self._normalised),
            **dict.fromkeys(blocks, self._block),
            **dict.fromkeys(residual_blocks, self._residual_block),
        }

    def knows(self, module: nn.Module) -> bool:
        """Whether a module's kind, and those of its parts, can be appended."""
        if type(module) not in self._kinds:
            return False
        return type(module) is self._pooling or all(map(self.knows, module.children()))

    def after(self, module: nn.Module, values: Any) -> Any:
        """The values that a module makes of others."""
        append = self._kinds.get(type(module))
        if append is None:
            raise UnknownLayerError(type(module).__name__)
        return append(module, values)

    def scaled(self, values: Any, scale: torch.Tensor, offset: torch.Tensor) -> Any:
        """Each channel times a scale, plus an offset."""
        product = self._operations.multiply(values, self._constant(scale.view(1, -1, 1, 1)))
        return self._operations.add(product, self._constant(offset.view(1, -1, 1, 1)))

    def _constant(self, tensor: torch.Tensor) -> Any:
        return self._operations.constant(tensor.detach().float().contiguous().numpy())

    def _in_order(self, module: nn.Module, values: Any) -> Any:
        for child in module.children():
            values = self.after(child, values)
        return values

    def _block(self, block: Any, values: Any) -> Any:
        made = self._in_order(block, values)
        return self._operations.add(made, values) if block.has_skip else made

    def _residual_block(self, block: Any, values: Any) -> Any:
        parts = dict(block.named_children())
        shortcut = parts.pop("downsample", None)
        # Without one the values themselves are added, before the last activation.
        *names, last = (name for name in parts if name not in ("se", "drop_path"))
        if len(names) + 1 != len(parts) or not last.startswith("act"):
            raise UnknownLayerError("a residual block with attention or dropped paths")
        made = values
        for name in names:
            made = self.after(parts[name], made)
        kept = values if shortcut is None else self.after(shortcut, values)
        return self.after(parts[last], self._operations.add(made, kept))

    def _convolution(self, layer: nn.Conv2d, values: Any) -> Any:
        if layer.padding_mode != "zeros" or isinstance(layer.padding, str):
            raise UnknownLayerError(f"convolution padded with {layer.padding_mode}")
        same = type(layer) is self._same_padding
        padding = [0, 0] if same else list(layer.padding)
        strides, dilation = list(layer.stride), list(layer.dilation)
        form = (strides, padding, padding, dilation, "same_upper" if same else "explicit")
        weight = layer.weight
        if layer.groups > 1:
            weight = weight.view(layer.groups, -1, *weight.shape[1:])
            made = self._operations.group_convolution(values, self._constant(weight), *form)
        else:
            made = self._operations.convolution(values, self._constant(weight), *form)
        if layer.bias is None:
            return made
        return self._operations.add(made, self._constant(layer.bias.view(1, -1, 1, 1)))

    def _linear(self, layer: nn.Linear, values: Any) -> Any:
        made = self._operations.matmul(values, self._constant(layer.weight), False, True)
        bias: torch.Tensor | None = layer.bias
        return (
            made if bias is None else self._operations.add(made, self._constant(bias.view(1, -1)))
        )

    def _normalised(self, layer: Any, values: Any) -> Any:
        scale = layer.weight.double() / (layer.running_var.double() + layer.eps).sqrt()
        offset = layer.bias.double() - layer.running_mean.double() * scale
        # timm's brings an activation along.
        return self._in_order(layer, self.scaled(values, scale, offset))

    def _pooled(self, layer: Any, values: Any) -> Any:
        if layer.pool_type != "avg":
            raise UnknownLayerError(f"pooling by {layer.pool_type}")
        mean = self._operations.reduce_mean(values, np.array([2, 3]), keep_dims=True)
        return self.after(layer.flatten, mean)

    def _largest(self, layer: nn.MaxPool2d, values: Any) -> Any:
        if layer.ceil_mode or layer.return_indices:
            raise UnknownLayerError("pooling that goes beyond the border")
        strides, dilation, padding, kernel = map(
            _pair, (layer.stride, layer.dilation, layer.padding, layer.kernel_size)
        )
        made = self._operations.max_pool(values, strides, dilation, padding, padding, kernel)
        return made.output(0)

    def _mean(self, layer: nn.AvgPool2d, values: Any) -> Any:
        # Nothing is then counted that lies outside, whatever is counted.
        if _pair(layer.padding) != [0, 0] or layer.divisor_override:
            raise UnknownLayerError("averages beyond the border")
        strides, kernel = _pair(layer.stride), _pair(layer.kernel_size)
        if layer.ceil_mode and strides != kernel:
            raise UnknownLayerError("averages of windows that overlap")
        rounding = "ceil" if layer.ceil_mode else "floor"
        return self._operations.avg_pool(values, strides, [0, 0], [0, 0], kernel, True, rounding)

    def _flattened(self, layer: nn.Flatten, values: Any) -> Any:
        if (layer.start_dim, layer.end_dim) != (1, -1):
            raise UnknownLayerError("flattening of some dimensions")
        return self._operations.reshape(values, np.array([0, -1]), special_zero=True)


def _pair(value: int | tuple[int, int]) -> list[int]:
    """What torch's layers take as one number or as two."""
    return [value, value] if isinstance(value, int) else list(value)
