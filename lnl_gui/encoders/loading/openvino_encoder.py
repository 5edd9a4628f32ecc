"""Encoders on the CPU through OpenVINO: about ten times the rate of eager torch.

A torch encoder is converted once (`openvino_conversion`) and kept in the user's cache. Opening a
kept conversion needs no torch, so a warm start takes about a second.
"""

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.files.atomic import read_json
from lnl_gui.util.log import quiet_root_logger
from lnl_gui.util.paths import cache_folder

logger = logging.getLogger(__name__)

BATCH_SIZE = 32
"""Images handed over at a time; inside, each is a request of its own (measured fastest)."""
# Times as many as are computed at once: the next image waits beside the cores, not in Python.
_REQUESTS = 2
# Part of the folder's name: raised when what is kept changes.
_FORMAT = 2
MODEL_FILE, MANIFEST_FILE = "model.xml", "manifest.json"


class OpenVinoEncoder:
    """An encoder compiled for the CPU; see `lnl_gui.encoders.encoder.Encoder`."""

    def __init__(
        self, name: str, key: str, preprocessing: Preprocessing, model: Any, threads: int | None
    ) -> None:
        openvino = import_openvino()
        side = preprocessing.image_size
        # One image: batches run as parallel requests, which was measured fastest.
        model.reshape([1, side, side, 3])
        self.name = name
        self.key = key
        self.preprocessing = preprocessing
        self.dimension = int(model.output(0).shape[1])
        self.batch_size = BATCH_SIZE
        self.device = "cpu"
        compiled = openvino.Core().compile_model(model, "CPU", _options(threads))
        requests = _REQUESTS * int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._queue = openvino.AsyncInferQueue(compiled, requests)

    def embed(self, batch: np.ndarray) -> np.ndarray:
        """Embed pixels (B, H, W, 3) uint8 as (B, D) float32."""
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


@contextmanager
def quiet_conversion() -> Iterator[None]:
    """Within it OpenVINO takes programs of torch without remarks on their libraries' own code.

    torch 2.13 copies a program by way of a class (`LeafSpec`) that it has deprecated itself.
    """
    with quiet_root_logger(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def conversion_folder(identity: str) -> Path:
    """Folder of an encoder's conversion; `identity` names architecture and weights.

    The versions of OpenVINO and torch are part of the folder's name: another version converts anew.
    """
    versions = "-".join(metadata.version(package) for package in ("openvino", "torch"))
    return cache_folder() / "encoders" / f"openvino-{_FORMAT}-{versions}" / identity


def open_conversion(
    folder: Path, name: str, *, threads: int | None = None, image_size: int = 0
) -> OpenVinoEncoder | None:
    """Open the encoder kept in `folder`, without importing torch.

    Args:
        folder: of the conversion.
        name: of the encoder.
        threads: to compute on; None takes all cores.
        image_size: another side in pixels, which a convolutional encoder takes; 0 keeps its own.

    Returns:
        None when there is none, or when it is unusable, which is logged rather than raised.
    """
    try:
        manifest = read_json(folder / MANIFEST_FILE)
        if manifest["sizes"] != file_sizes(folder):
            raise ValueError("files differ in size from the manifest")
        model = import_openvino().Core().read_model(folder / MODEL_FILE)
        preprocessing = Preprocessing.from_dict(manifest["preprocessing"])
        key = manifest["key"]
        if image_size:
            preprocessing = replace(preprocessing, image_size=image_size)
            key = f"{key}-{image_size}"
        return OpenVinoEncoder(name, key, preprocessing, model, threads)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        logger.warning("The kept conversion of %s is unusable (%s); converting anew.", name, error)
        return None


def file_sizes(folder: Path) -> dict[str, int]:
    """Bytes of the files of a kept conversion, to tell one that was cut short."""
    files = (folder / MODEL_FILE, (folder / MODEL_FILE).with_suffix(".bin"))
    return {file.name: file.stat().st_size for file in files}


def _options(threads: int | None) -> dict[str, Any]:
    # Without the precision hint processors with bfloat16 compute in it: an error of 16 %.
    options: dict[str, Any] = {
        # Many images at once matter here, not how soon the first one is done.
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_PRECISION_HINT": "f32",
    }
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    return options


def import_openvino() -> Any:
    """Import OpenVINO without its telemetry.

    Importing openvino alone writes an identifier into the user's home and sends an event, unless
    the package `openvino_telemetry` cannot be imported: then it uses its own stub.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # blocks import
    import openvino  # noqa: PLC0415 - must come after the line above

    return openvino
