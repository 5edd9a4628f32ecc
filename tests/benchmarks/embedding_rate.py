"""How fast a pass over the pixels is, through OpenVINO and through eager torch, in one run.

    python -m tests.benchmarks.embedding_rate FOLDER [--images 600] [--encoder bundled]

CPU seconds are told beside the clock's, because other programs share the cores.
"""

from pathlib import Path

import torch

from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.encoder import Encoder
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.encoders.loading.torch_encoder import TorchEncoder
from lnl_gui.util.cores import available_cores
from tests.benchmarks.datasets import image_files
from tests.benchmarks.measuring import parser_of, stopwatch

TORCH_SHARE = 10
"""Eager torch is so slow that it gets a tenth of the images."""


def measure(label: str, files: list[Path], encoder: Encoder) -> float:
    """Print and return the images per second of CPU time and core count."""
    with stopwatch() as spent:
        for _ in embed_samples(files, [encoder], store_thumbnail=lambda name, data: None):
            pass
    rate = 1000 * available_cores() * len(files) / spent.processor
    print(
        f"{label:9} {len(files):5} images:"
        f" {1000 * len(files) / spent.clock:6.1f} images/s by the clock, "
        f"{spent.processor / len(files):5.1f} ms of CPU an image "
        f"({rate:.0f} images/s on {available_cores()} free cores)"
    )
    return rate


def main() -> None:
    """Run the comparison."""
    parser = parser_of(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=600)
    parser.add_argument("--encoder", default="bundled")
    arguments = parser.parse_args()
    files = image_files(arguments.folder)[: arguments.images]
    with stopwatch() as spent:
        encoder = load_encoder(arguments.encoder, device="cpu")
    print(f"{type(encoder).__name__} opened in {spent.clock / 1000:.1f} s")
    fast = measure("openvino", files, encoder)
    torch.set_num_threads(available_cores())
    eager = TorchEncoder(load_backbone(arguments.encoder), encoder.key, "cpu")
    slow = measure("torch", files[::TORCH_SHARE], eager)
    print(f"ratio {fast / slow:.1f}")


if __name__ == "__main__":
    main()
