"""What a GPU does for embedding, training and detection, on any machine with torch and timm.

    python -m tests.benchmarks.gpu [--device cuda] [--tiny] [--only embedding memory ...]

No Qt, OpenVINO, open_clip or network is needed; weights are random. Each part is tried for itself,
and what cannot run here is said. `--device cpu --tiny` goes the same ways on any machine.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tests.benchmarks.measuring import MarkdownTable, parser_of
from tests.benchmarks.stand_ins import stand_in

MISSING = stand_in()
ARCHITECTURES = {
    "ResNet-50": ("resnet50", {}),
    "ViT-B/16": ("vit_base_patch16_224", {}),
    "ViT-L/14": ("vit_large_patch14_clip_224", {}),
    "DINOv2-g": ("vit_giant_patch14_dinov2", {"img_size": 224}),
}
TINY = {"test_vit": ("test_vit", {}), "test_resnet": ("test_resnet", {})}
_RESUMED = "resumed"
_DECODE = (
    "from tests.benchmarks.stand_ins import stand_in; stand_in();"
    "from lnl_gui.encoders.decoding_process import main; main()"
)


@dataclass(frozen=True)
class Bench:
    """Where and how much is measured."""

    device: str
    tiny: bool

    @property
    def on_gpu(self) -> bool:
        """Whether memory and time are a GPU's."""
        return self.device.startswith("cuda")

    def wait(self) -> None:
        """Until the device has done what it was given."""
        if self.on_gpu:
            torch.cuda.synchronize()

    def peak(self) -> str:
        """Peak memory in GiB since it was last asked for."""
        if not self.on_gpu:
            return "-"
        found = torch.cuda.max_memory_allocated() / 2**30
        torch.cuda.reset_peak_memory_stats()
        return f"{found:.1f}"

    def rate(self, work: Callable[[], object], images: int, *, rounds: int = 3) -> float:
        """Images a second of the best of some rounds, after one that is not counted."""
        work()
        return max(self.once(work, images) for _ in range(rounds))

    def once(self, work: Callable[[], object], images: int) -> float:
        """Images a second."""
        self.wait()
        started = time.perf_counter()
        work()
        self.wait()
        return images / (time.perf_counter() - started)


def _backbone(bench: Bench, name: str, options: dict[str, Any]) -> Any:
    import timm
    from timm.data import resolve_model_data_config

    from lnl_gui.encoders.encoder import Backbone
    from lnl_gui.encoders.loading.backbone import trainable_blocks
    from lnl_gui.encoders.preprocessing import Preprocessing

    torch.manual_seed(0)
    model = timm.create_model(name, pretrained=False, num_classes=0, **options).eval()
    side = int(resolve_model_data_config(model)["input_size"][1])
    with torch.inference_mode():
        width = int(model(torch.zeros(1, 3, side, side)).shape[1])
    return Backbone(name, model, width, Preprocessing(side), trainable_blocks(model))


def _images(folder: Path, count: int, side: int) -> list[Path]:
    from PIL import Image

    generator = np.random.default_rng(0)
    files = []
    for number in range(count):
        small = generator.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        file = folder / f"{number:05d}.jpg"
        Image.fromarray(small).resize((side, side * 3 // 4)).save(file, quality=90)
        files.append(file)
    return files


def embedding(bench: Bench) -> Iterator[tuple[str, ...]]:
    """Encoder alone, with the copying, and the whole pass from files that threads or others decode.

    The files come four times where processes decode, which take a second to start.
    """
    from lnl_gui.encoders import decoders
    from lnl_gui.encoders.embedding import embed_samples
    from lnl_gui.encoders.loading.torch_encoder import TorchEncoder

    if MISSING:
        # Processes that decode need the stand-ins too.
        decoders.program_command = lambda: [sys.executable, "-c", _DECODE]
    with tempfile.TemporaryDirectory() as place:
        files = _images(Path(place), 40 if bench.tiny else 2_000, 500)
        for title, (name, options) in (TINY if bench.tiny else ARCHITECTURES).items():
            encoder = TorchEncoder(_backbone(bench, name, options), name, bench.device)
            side, batch = encoder.preprocessing.image_size, encoder.batch_size
            pixels = np.random.default_rng(0).integers(0, 256, (batch, side, side, 3), np.uint8)
            there = torch.from_numpy(pixels).to(bench.device)
            precision = encoder._precision()

            def alone(
                model: Any = encoder._model, there: Any = there, how: Any = precision
            ) -> None:
                with torch.inference_mode(), how:
                    model(there)

            def whole(times: int, apart: bool, encoder: Any = encoder) -> None:
                for _ in embed_samples(
                    files * times, [encoder], store_thumbnail=lambda key, data: None, apart=apart
                ):
                    pass

            bench.peak()
            least = bench.rate(alone, batch)
            copied = bench.rate(lambda e=encoder, p=pixels: e.embed(p), batch)
            threads = bench.once(lambda e=whole: e(1, False), len(files))
            processes = bench.once(lambda e=whole: e(4, True), 4 * len(files))
            yield (
                title,
                str(precision.fast_dtype).removeprefix("torch.") if bench.on_gpu else "float32",
                f"{least:.0f}",
                f"{copied:.0f} ({copied / least:.0%})",
                f"{threads:.0f} ({threads / least:.0%})",
                f"{processes:.0f} ({processes / least:.0%})",
                "the encoder" if processes > 0.85 * copied else "reading the images",
                bench.peak(),
            )


def memory(bench: Bench) -> Iterator[tuple[str, ...]]:
    """Running out of memory halves the batch, and the embeddings stay the same."""
    from lnl_gui.encoders.loading.torch_encoder import TorchEncoder

    name, options = next(iter((TINY if bench.tiny else ARCHITECTURES).values()))
    backbone = _backbone(bench, name, options)
    few = TorchEncoder(backbone, name, bench.device, batch_size=4)
    side = few.preprocessing.image_size
    pixels = np.random.default_rng(0).integers(0, 256, (64, side, side, 3), np.uint8)
    expected = few.embed(pixels)
    many = TorchEncoder(backbone, name, bench.device, batch_size=64)
    forward = many._forward

    def short(batch: np.ndarray) -> np.ndarray:
        if len(batch) <= 16:
            return forward(batch)
        if not bench.on_gpu:
            raise torch.OutOfMemoryError("out of memory, provoked")
        # A real one: more than any device has.
        return torch.empty(1 << 50, device=bench.device).cpu().numpy()

    many._forward = short  # type: ignore[method-assign]
    found = many.embed(pixels)
    apart = float(np.abs(found - expected).max() / np.abs(expected).max())
    survived = many.batch_size == 16 and apart < 0.05
    yield ("64 images at a time", str(many.batch_size), f"{apart:.1e}", _yes(survived))


def decoding(bench: Bench) -> Iterator[tuple[str, ...]]:
    """JPEGs to pixels here, by the decoder that the product has, and by torchvision on the device.

    There a picture is decoded whole, reduced and copied back: thumbnail and measures need it here.
    """
    from torchvision.io import decode_jpeg

    from lnl_gui.pictures.decoding import decode

    for side in (256, 2_000):
        with tempfile.TemporaryDirectory() as place:
            count = 8 if bench.tiny else 128
            data = [file.read_bytes() for file in _images(Path(place), count, side)]

        def here(data: Sequence[bytes] = data) -> None:
            for each in data:
                np.asarray(decode(each, minimum_side=256))

        def there(data: Sequence[bytes] = data) -> None:
            given = [torch.frombuffer(bytearray(each), dtype=torch.uint8) for each in data]
            for first in range(0, len(given), 32):
                for pixels in decode_jpeg(given[first : first + 32], device=bench.device):
                    smaller = max(1, min(pixels.shape[1:]) // 256)
                    torch.nn.functional.avg_pool2d(pixels.float(), smaller).byte().cpu()

        one, device = bench.rate(here, len(data)), bench.rate(there, len(data))
        cores = os.cpu_count() or 1
        yield (f"{side} px", f"{one:.0f}", f"{cores * one:.0f}", f"{device:.0f}")


def _labelled(bench: Bench, folder: Path) -> tuple[Any, Any]:
    from lnl_gui.learn.data.sources import Holdout, TrainingSet

    count = 48 if bench.tiny else 768
    files = _images(folder, count, 250)
    labels = (np.arange(count) % 3).astype(np.int32)
    held = count // 6
    generator = np.random.default_rng(0)
    feature = generator.normal(size=(count, 64)).astype(np.float32) + 3 * np.eye(3, 64)[labels]
    training = TrainingSet(
        files[held:], labels[held:], ["a", "b", "c"], feature[held:].astype(np.float32)
    )
    return training, Holdout(files[:held], labels[:held], feature[:held].astype(np.float32))


def _short(recipe: Any) -> Any:
    stages = tuple(replace(stage, epochs=1) for stage in recipe.stages)
    # The probe and the heads learn from features, which no GPU makes faster.
    return replace(recipe, stages=stages, probe=False, backbone="")


def training(bench: Bench) -> Iterator[tuple[str, ...]]:
    """An epoch of each recipe over images: rate, share of waiting, precision."""
    from lnl_gui.learn.finetuning.finetune import finetune
    from lnl_gui.learn.models.precision import choose_precision
    from lnl_gui.learn.recipes.registry import list_recipes

    name, options = ("test_vit", {}) if bench.tiny else ("vit_base_patch16_224", {})
    for recipe in list_recipes():
        if not recipe.stages:
            continue
        backbone = _backbone(bench, name, options)
        reports: list[Any] = []
        with tempfile.TemporaryDirectory() as place:
            finetune(
                *_labelled(bench, Path(place)),
                _short(recipe),
                backbone_name=name,
                backbone=backbone,
                folder=Path(place) / "run",
                device=bench.device,
                on_epoch=reports.append,
            )
        half = choose_precision(bench.device, network=backbone.model).half
        last = reports[-1]
        yield (
            recipe.name,
            str(half or torch.float32).removeprefix("torch."),
            f"{last.images_per_second:.0f}",
            f"{last.waiting_fraction:.0%}",
            f"{last.seconds:.1f}",
            bench.peak(),
        )


def detection(bench: Bench) -> Iterator[tuple[str, ...]]:
    """Neighbours, TURTLE and the consensus on device and processor."""
    from lnl_gui.detect.consensus.consensus import find_suspects
    from lnl_gui.detect.consensus.detection_input import DetectionInput
    from lnl_gui.detect.detectors.turtle import default_parameters, turtle
    from lnl_gui.detect.detectors.turtle_parameters import PAPER
    from lnl_gui.detect.neighbours.search import nearest_neighbours

    count, width = (600, 32) if bench.tiny else (20_000, 1024)
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 10, count).astype(np.int32)
    points = generator.normal(size=(count, width)).astype(np.float32)
    points[:, :10] += 4 * np.eye(10)[truth]
    given = np.where(generator.random(count) < 0.2, (truth + 1) % 10, truth).astype(np.int32)
    found: dict[str, np.ndarray] = {}
    for device in dict.fromkeys(("cpu", bench.device)):
        started = time.perf_counter()
        found[device] = nearest_neighbours([points], device=device)[0]
        same = float((found[device] == found["cpu"]).mean())
        yield ("neighbours", device, f"{time.perf_counter() - started:.1f}", f"{same:.1%} equal")
    steps = 20 if bench.tiny else 300
    usual = replace(default_parameters(10), iterations=steps)
    # A tenth of the steps: on a processor each takes a second.
    paper = replace(PAPER, iterations=steps // 10)
    for title, parameters in (("TURTLE", usual), ("TURTLE of the paper", paper)):
        clusters: dict[str, np.ndarray] = {}
        for device in dict.fromkeys(("cpu", bench.device)):
            run = partial(turtle, [points], 10, score=False, device=device)
            # What is loaded and set up at the first step is not counted.
            run(parameters=replace(parameters, iterations=1))
            started = time.perf_counter()
            clusters[device] = run(parameters=parameters).assignment
            took = time.perf_counter() - started
            same = float((clusters[device] == clusters["cpu"]).mean())
            what = f"{title}, {parameters.iterations} steps"
            yield (what, device, f"{took:.1f}", f"{same:.1%} equal")
    inputs = DetectionInput([points], given, number_of_classes=10)
    # What is loaded and set up at the first product is not counted.
    few = replace(inputs, embeddings=[points[:200]], given_labels=given[:200])
    find_suspects(replace(few, device=bench.device))
    flagged: dict[str, np.ndarray] = {}
    for device in dict.fromkeys(("cpu", bench.device)):
        wanted = replace(inputs, device=device)
        started = time.perf_counter()
        flagged[device] = find_suspects(wanted).flagged
        took = time.perf_counter() - started
        same = float((flagged[device] == flagged["cpu"]).mean())
        right = float((flagged[device] == (given != truth)).mean())
        yield ("consensus", device, f"{took:.1f}", f"{same:.2%} equal, {right:.1%} right")


def resume(bench: Bench) -> Iterator[tuple[str, ...]]:
    """A training that is killed after its first checkpoint goes on where it was."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "tests.benchmarks.gpu", "--device", bench.device]
        command += ["--train-in", place, *(["--tiny"] if bench.tiny else [])]
        first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert first.stdout is not None
        # It says so when its first epoch is over.
        line = first.stdout.readline()
        first.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        first.wait()
        first.stdout.close()
        again = subprocess.run(command, capture_output=True, text=True, check=False)
        epochs = [text for text in again.stdout.splitlines() if text.startswith("epoch")]
        resumed = bool(line) and again.returncode == 0 and "epoch 0" not in epochs
        yield ("killed after", line.strip() or "nothing", " ".join(epochs), _yes(resumed))


def _train_in(bench: Bench, folder: Path) -> None:
    from lnl_gui.learn.finetuning.finetune import finetune
    from lnl_gui.learn.recipes.registry import find_recipe

    images = folder / "images"
    images.mkdir(exist_ok=True)
    name = "test_vit" if bench.tiny else "vit_base_patch16_224"
    recipe = find_recipe("last_block")
    stages = tuple(replace(stage, epochs=3, batch_size=8) for stage in recipe.stages)
    finetune(
        *_labelled(bench, images),
        replace(recipe, stages=stages, probe=False),
        backbone_name=name,
        backbone=_backbone(bench, name, {}),
        folder=folder / "run",
        device=bench.device,
        checkpoint_seconds=0.0,
        on_epoch=lambda report: print(f"epoch {report.epoch}", flush=True),
    )


def _yes(right: bool) -> str:
    return "yes" if right else "**NO**"


_PARTS: dict[str, tuple[Callable[[Bench], Iterator[tuple[str, ...]]], tuple[str, ...]]] = {
    "embedding": (
        embedding,
        (
            "encoder",
            "precision",
            "alone, images/s",
            "with copying",
            "from files, threads",
            "processes",
            "limited by",
            "peak GiB",
        ),
    ),
    "decoding": (decoding, ("JPEG", "one core, images/s", "all of them at most", "device")),
    "memory": (memory, ("asked for", "fitted", "largest difference", "survived")),
    "training": (
        training,
        ("recipe", "precision", "images/s", "waiting", "seconds an epoch", "peak GiB"),
    ),
    "detection": (detection, ("what", "device", "seconds", "")),
    "resume": (resume, ("", "", "after that", "went on")),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts and print their tables; 1 where one failed."""
    parser = parser_of(__doc__)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--tiny", action="store_true", help="small models and few images")
    parser.add_argument("--only", nargs="+", choices=tuple(_PARTS), default=tuple(_PARTS))
    parser.add_argument("--train-in", type=Path, help="for itself")
    options = parser.parse_args(arguments)
    bench = Bench(options.device, options.tiny)
    if options.train_in:
        _train_in(bench, options.train_in)
        return 0
    name = torch.cuda.get_device_name() if bench.on_gpu else "processor"
    print(f"# {name}, torch {torch.__version__}, {os.cpu_count()} cores")
    if MISSING:
        print(f"\nMissing, and not needed: {', '.join(MISSING)}.")
    failed = [part for part in options.only if not _run(part, bench)]
    if failed:
        print(f"\nFailed: {', '.join(failed)}.")
    return 1 if failed else 0


def _run(part: str, bench: Bench) -> bool:
    work, headings = _PARTS[part]
    print(f"\n## {part}\n")
    table, started = MarkdownTable(*headings), time.perf_counter()
    try:
        right = True
        for row in work(bench):
            table.row(*row)
            right &= "**NO**" not in row
        print(f"\n{time.perf_counter() - started:.0f} s")
        return right
    except Exception:  # one part that fails must not keep the others from being measured
        print(f"\n```\n{traceback.format_exc(limit=-3)}```")
        return False


if __name__ == "__main__":
    sys.exit(main())
