"""What annotation tools export."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.formats.case import Case
from tests.formats.truth import CLASSES, SAMPLES, of_split, write_images

_CONFIG = """<View><Image name="image" value="$image"/>
<Choices name="choice" toName="image"><Choice value="cat"/><Choice value="dog"/>
<Choice value="red panda"/></Choices></View>"""


def _tasks() -> list[dict[str, Any]]:
    """Label Studio's own JSON, as its server exports it."""
    return [
        {
            "id": sample.number + 1,
            "data": {"image": f"/data/local-files/?d=images/{sample.name}"},
            "annotations": [
                {
                    "id": sample.number + 100,
                    "completed_by": 1,
                    "was_cancelled": False,
                    "created_at": "2026-01-01T00:00:00Z",
                    "lead_time": 2.5,
                    "result": [
                        {
                            "from_name": "choice",
                            "to_name": "image",
                            "type": "choices",
                            "value": {"choices": [sample.label]},
                        }
                    ],
                }
            ],
            "predictions": [],
        }
        for sample in SAMPLES
    ]


def _label_studio(form: str, name: str) -> Any:
    def made(folder: Path) -> Path:
        write_images(folder / "images")
        source = folder / "tasks.json"
        source.write_text(json.dumps(_tasks()), encoding="utf-8")
        converter = import_module("label_studio_sdk.converter").Converter
        converted = folder / "converted"
        converter(_CONFIG, str(folder)).convert(str(source), str(converted), form, is_dir=False)
        source.unlink()
        [file] = converted.glob("*.*")
        return file.rename(folder / name)

    return made


def _datumaro(form: str) -> Any:
    def made(folder: Path) -> Path:
        dm = import_module("datumaro")
        items = [
            dm.DatasetItem(
                id=sample.name.removesuffix(".png").replace(" ", "_"),
                subset=split,
                media=import_module("datumaro.components.media").Image.from_numpy(
                    data=sample.pixels, ext=".png"
                ),
                annotations=[dm.Label(sample.class_id)],
            )
            for split in ("train", "test")
            for sample in of_split(split)
        ]
        dataset = dm.Dataset.from_iterable(items, categories=list(CLASSES))
        dataset.export(str(folder / "out"), form, save_media=True)
        return folder / "out"

    return made


CASES = (
    Case("Label Studio CSV", "label_studio_sdk", _label_studio("CSV", "p.csv"), has_splits=False),
    Case("Label Studio TSV", "label_studio_sdk", _label_studio("TSV", "p.tsv"), has_splits=False),
    Case(
        "Label Studio JSON-MIN",
        "label_studio_sdk",
        _label_studio("JSON_MIN", "p.json"),
        has_splits=False,
    ),
    Case("Datumaro JSON", "datumaro", _datumaro("datumaro")),
    Case("ImageNet folders", "datumaro", _datumaro("imagenet_with_subset_dirs")),
    Case("ImageNet lists", "datumaro", _datumaro("imagenet_txt")),
    Case("Open Images", "datumaro", _datumaro("open_images")),
    Case("VOC classification", "datumaro", _datumaro("voc_classification")),
    Case("COCO", "datumaro", _datumaro("coco")),
)
