"""Encoders on the CPU through OpenVINO: about ten times the rate of eager torch.

A torch encoder is converted once, checked against its own float32 output on photographs, and kept
in the user's cache. Opening a kept conversion needs no torch, so a warm start takes about a second.
"""

import logging
import shutil
import sys
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.atomic import atomic_folder, read_json, write_json
from lnl_gui.util.paths import cache_folder

if TYPE_CHECKING:
    from lnl_gui.encoders.backbone import Backbone

logger = logging.getLogger(__name__)

RELATIVE_ERROR_BOUND = 1e-3
"""Largest L2 distance from torch's embedding, relative to its length; float16 alone costs 5e-4."""
BATCH_SIZE = 32
"""Images handed over at a time; inside, each is a request of its own (measured fastest)."""
_FORMAT = 2
_MODEL, _MANIFEST = "model.xml", "manifest.json"


class OpenVinoEncoder:
    """An encoder compiled for the CPU; see `lnl_gui.encoders.registry.Encoder`."""

    def __init__(
        self, name: str, key: str, preprocessing: Preprocessing, model: Any, threads: int | None
    ) -> None:
        openvino = import_openvino()
        side = preprocessing.image_size
        model.reshape([1, side, side, 3])
        self.name = name
        self.key = key
        self.preprocessing = preprocessing
        self.dimension = int(model.output(0).shape[1])
        self.batch_size = BATCH_SIZE
        compiled = openvino.Core().compile_model(model, "CPU", _options(threads))
        self._queue = openvino.AsyncInferQueue(compiled)

    def embed(self, batch: np.ndarray) -> np.ndarray:
        """(B, H, W, 3) uint8 pixels to (B, D) float32 embeddings."""
        embeddings = np.empty((len(batch), self.dimension), dtype=np.float32)

        def keep(request: Any, row: int) -> None:
            embeddings[row] = request.get_output_tensor(0).data[0]

        self._queue.set_callback(keep)
        pixels = np.ascontiguousarray(batch)
        for row in range(len(pixels)):
            # The pixels outlive wait_all, so the request may read them in place.
            self._queue.start_async({0: pixels[row : row + 1]}, row, share_inputs=True)
        self._queue.wait_all()
        return embeddings


def conversion_folder(identity: str) -> Path:
    """Where the conversion of an encoder lies; `identity` names architecture and weights.

    The versions of OpenVINO and torch are part of the folder's name: another version converts anew.
    """
    versions = "-".join(metadata.version(package) for package in ("openvino", "torch"))
    return cache_folder() / "encoders" / f"openvino-{_FORMAT}-{versions}" / identity


def open_conversion(
    folder: Path, name: str, *, threads: int | None = None
) -> OpenVinoEncoder | None:
    """The encoder kept in `folder`, without importing torch; None when there is no sound one."""
    try:
        manifest = read_json(folder / _MANIFEST)
        if manifest["sizes"] != _sizes(folder):
            raise ValueError("files differ in size from the manifest")
        model = import_openvino().Core().read_model(folder / _MODEL)
        preprocessing = Preprocessing.from_dict(manifest["preprocessing"])
        return OpenVinoEncoder(name, manifest["key"], preprocessing, model, threads)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        logger.warning("The kept conversion of %s is unusable (%s); converting anew.", name, error)
        return None


def convert(
    backbone: "Backbone", key: str, folder: Path, *, threads: int | None = None
) -> OpenVinoEncoder | None:
    """Convert a torch encoder, check it and keep it in `folder`.

    Returns:
        the encoder, or None when OpenVINO cannot convert it or computes something else; the
        reason is logged.
    """
    from lnl_gui.encoders import torch_backend  # noqa: PLC0415 - only a conversion needs torch

    name = backbone.name
    try:
        model = torch_backend.to_openvino(backbone, import_openvino())
        encoder = OpenVinoEncoder(name, key, backbone.preprocessing, model, threads)
        pixels = photographs(backbone.preprocessing)
        error = relative_error(encoder.embed(pixels), torch_backend.embed_float32(backbone, pixels))
    except Exception as failure:  # a converter may fail in any way; torch still works
        logger.warning("OpenVINO cannot run %s (%s); using torch, which is slower.", name, failure)
        return None
    if not error <= RELATIVE_ERROR_BOUND:
        logger.warning("OpenVINO's %s differs from torch's by %.1e; using torch.", name, error)
        return None
    _keep(encoder, model, folder, error)
    return encoder


def photographs(preprocessing: Preprocessing) -> np.ndarray:
    """(8, H, W, 3) uint8: scikit-learn's two sample photographs and three parts of each."""
    folder = resources.files("sklearn") / "datasets" / "images"
    pixels = []
    for file in ("china.jpg", "flower.jpg"):
        with (folder / file).open("rb") as stream, Image.open(stream) as opened:
            image = opened.convert("RGB")
        width, height = image.size
        parts = [(0, 0, width, height), (0, 0, width // 2, height // 2)]
        parts += [(width // 2, height // 2, width, height), (80, 80, 112, 112)]
        pixels += [preprocessing.apply(image.crop(part)) for part in parts]
    return np.stack(pixels)


def relative_error(embeddings: np.ndarray, truth: np.ndarray) -> float:
    """Largest L2 distance of a row from its truth, relative to the truth's length."""
    distance = np.linalg.norm(embeddings.astype(np.float64) - truth, axis=1)
    return float((distance / np.maximum(np.linalg.norm(truth, axis=1), 1e-12)).max())


def _keep(encoder: OpenVinoEncoder, model: Any, folder: Path, error: float) -> None:
    try:
        shutil.rmtree(folder, ignore_errors=True)
        with atomic_folder(folder) as temporary:
            import_openvino().save_model(model, temporary / _MODEL, compress_to_fp16=False)
            manifest = {
                "key": encoder.key,
                "preprocessing": encoder.preprocessing.to_dict(),
                "relative_error": error,
                "sizes": _sizes(temporary),
            }
            write_json(temporary / _MANIFEST, manifest)
    except (OSError, RuntimeError) as failure:
        logger.warning("The conversion of %s could not be kept: %s", encoder.name, failure)


def _sizes(folder: Path) -> dict[str, int]:
    files = (folder / _MODEL, (folder / _MODEL).with_suffix(".bin"))
    return {file.name: file.stat().st_size for file in files}


def _options(threads: int | None) -> dict[str, Any]:
    # Without the precision hint processors with bfloat16 compute in it: an error of 16 %.
    options: dict[str, Any] = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_PRECISION_HINT": "f32",
    }
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    return options


def import_openvino() -> Any:
    """OpenVINO without its telemetry.

    Importing openvino alone writes an identifier into the user's home and sends an event, unless
    the package `openvino_telemetry` cannot be imported: then it uses its own stub.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # blocks import
    import openvino  # noqa: PLC0415 - must come after the line above

    return openvino
