"""Conversion of a torch encoder to OpenVINO, checked against torch's own float32 output."""

import logging
import shutil
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading.openvino_encoder import (
    MANIFEST_FILE,
    MODEL_FILE,
    OpenVinoEncoder,
    file_sizes,
    import_openvino,
    quiet_conversion,
)
from lnl_gui.encoders.loading.openvino_layers import UnknownLayerError, graph_of
from lnl_gui.encoders.loading.torch_encoder import PixelModel, embed_float32
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.files.atomic import atomic_folder, write_json

logger = logging.getLogger(__name__)

RELATIVE_ERROR_BOUND = 1e-3
"""Largest L2 distance from torch's embedding, relative to its length; float16 alone costs 5e-4."""


def convert(
    backbone: Backbone, key: str, folder: Path, *, threads: int | None = None
) -> OpenVinoEncoder | None:
    """Convert a torch encoder, check it and keep it in `folder`.

    Args:
        backbone: on the CPU.
        key: identifies weights and preprocessing.
        folder: replaced where it exists.
        threads: CPU threads; None takes all cores.

    Returns:
        the encoder, or None when OpenVINO cannot convert it or computes something else; the
        reason is logged.
    """
    name = backbone.name
    for way, make in _WAYS.items():
        try:
            model = make(backbone, import_openvino())
            encoder = OpenVinoEncoder(name, key, backbone.preprocessing, model, threads)
            pixels = photographs(backbone.preprocessing)
            error = relative_error(encoder.embed(pixels), embed_float32(backbone, pixels))
        except UnknownLayerError as layer:
            logger.info("%s has a layer that torch must export: %s.", name, layer)
            continue
        except Exception as failure:  # a converter may fail in any way; torch still works
            logger.warning("OpenVINO cannot run %s %s (%s).", name, way, failure)
            continue
        # Written so that an error that is no number is refused too.
        if error <= RELATIVE_ERROR_BOUND:
            _keep(encoder, model, folder, error)
            return encoder
        logger.warning("OpenVINO's %s %s differs from torch's by %.1e.", name, way, error)
    logger.warning("Using torch for %s, which is slower.", name)
    return None


def photographs(preprocessing: Preprocessing) -> np.ndarray:
    """Pixels (B, S, S, 3) uint8 of `cut_outs`."""
    return np.stack([preprocessing.apply(picture) for picture in cut_outs()])


def cut_outs() -> list[Image.Image]:
    """scikit-learn's two photographs and three parts of each, in RGB."""
    # Found and not imported, which takes two seconds.
    package = find_spec("sklearn")
    places = (package and package.submodule_search_locations) or []
    folder = Path(*places) / "datasets" / "images"
    pictures = []
    for file in ("china.jpg", "flower.jpg"):
        with (folder / file).open("rb") as stream, Image.open(stream) as opened:
            image = opened.convert("RGB")
        width, height = image.size
        # Whole pictures and cut-outs, down to 32 pixels, as in small-image datasets.
        parts = [(0, 0, width, height), (0, 0, width // 2, height // 2)]
        parts += [(width // 2, height // 2, width, height), (80, 80, 112, 112)]
        pictures += [image.crop(part) for part in parts]
    return pictures


def relative_error(embeddings: np.ndarray, truth: np.ndarray) -> float:
    """Largest L2 distance of an embedding from its reference, relative to the reference's norm.

    Args:
        embeddings: (N, D) float.
        truth: (N, D) float, the reference.
    """
    distance = np.linalg.norm(embeddings.astype(np.float64) - truth, axis=1)
    return float((distance / np.maximum(np.linalg.norm(truth, axis=1), 1e-12)).max())


def _keep(encoder: OpenVinoEncoder, model: Any, folder: Path, error: float) -> None:
    try:
        # An unusable conversion may lie there; the new folder is moved into place whole.
        shutil.rmtree(folder, ignore_errors=True)
        with atomic_folder(folder) as temporary:
            # Uncompressed: what is kept must compute what was checked.
            import_openvino().save_model(model, temporary / MODEL_FILE, compress_to_fp16=False)
            manifest = {
                "key": encoder.key,
                "preprocessing": encoder.preprocessing.to_dict(),
                "relative_error": error,
                "sizes": file_sizes(temporary),
            }
            write_json(temporary / MANIFEST_FILE, manifest)
    except (OSError, RuntimeError) as failure:
        logger.warning("The conversion of %s could not be kept: %s", encoder.name, failure)


def _written_down(backbone: Backbone, openvino: Any) -> Any:
    """As `_exported`, of networks whose layers are all known; quick."""
    model = PixelModel(backbone.model, backbone.preprocessing).eval()
    return graph_of(model, backbone.preprocessing.image_size, openvino)


def _exported(backbone: Backbone, openvino: Any) -> Any:
    """The OpenVINO model of one image: (1, H, W, 3) uint8 to (1, D) float32."""
    side = backbone.preprocessing.image_size
    model = PixelModel(backbone.model, backbone.preprocessing).eval()
    pixels = torch.zeros((1, side, side, 3), dtype=torch.uint8)
    with torch.no_grad(), quiet_conversion():
        try:
            return openvino.convert_model(torch.export.export(model, (pixels,)))
        except Exception as error:  # models that adapt to any size export operations it lacks
            logger.info("Exporting %s failed (%s); tracing it.", backbone.name, error)
        warnings.simplefilter("ignore")  # tracing is deprecated, and remarks on every constant
        return openvino.convert_model(model, example_input=pixels)


_WAYS = {"built layer by layer": _written_down, "as torch exports it": _exported}
"""Ways to a model of OpenVINO, the quick one first."""
