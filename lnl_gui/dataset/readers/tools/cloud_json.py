"""JSON lines of cloud services: SageMaker Ground Truth, Vertex AI, Azure Custom Vision."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import Annotated, Answer, ToolAnnotations, answer_to
from lnl_gui.util.messages import Message, message

_META = "-metadata"
_ML_USE = "aiplatform.googleapis.com/ml_use"


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(i, dict) for i in value)


def is_manifest(value: Any) -> bool:
    """Lines of an augmented manifest: `source-ref` and the metadata of a labelling job."""
    return _are_objects(value) and all("source-ref" in item for item in value)


def manifest(items: list[Any]) -> ToolAnnotations:
    """The class names of each labelling job; they stand in its metadata, as numbers beside it."""
    images = [
        Annotated(cell_text(item["source-ref"]), tuple(_jobs(item)), cell_text(item.get("usage")))
        for item in items
    ]
    return ToolAnnotations(images, _by_machine(items))


def _jobs(item: Mapping[str, Any]) -> Iterator[Answer]:
    answers: dict[str, list[str]] = {}
    for key, meta in item.items():
        if not key.endswith(_META) or not isinstance(meta, Mapping):
            continue
        # A verification job judges another job's labels; a failed object has no label.
        if "verification" in str(meta.get("type", "")) or "failure-reason" in meta:
            continue
        job = key.removesuffix(_META)
        labels = _job_labels(item.get(job), meta)
        # Rekognition has an attribute of its own for every label: `set_Sunrise`, `set_Beach`.
        question = job.removesuffix(f"_{labels[0]}") if len(labels) == 1 else job
        answers.setdefault(question, []).extend(labels)
    for question, labels in answers.items():
        yield from answer_to(question, labels)


def _job_labels(value: Any, meta: Mapping[str, Any]) -> list[str]:
    if meta.get("class-name") is not None:
        return [cell_text(meta["class-name"])]
    names = meta.get("class-map") or {}
    if isinstance(value, list):
        return [cell_text(names.get(str(number), number)) for number in value]
    boxes = value.get("annotations") if isinstance(value, Mapping) else None
    numbers = [box.get("class_id") for box in boxes or []]
    return [cell_text(names.get(str(number), number)) for number in numbers]


def _by_machine(items: list[Any]) -> list[Message]:
    said = Counter(
        str(meta.get("human-annotated"))
        for item in items
        for key, meta in item.items()
        if key.endswith(_META) and isinstance(meta, Mapping)
    )
    if not said["no"]:
        return []
    return [
        message(
            "{count} of {total} labels were given by the service itself, not by a person.",
            count=said["no"],
            total=said.total(),
        )
    ]


def is_vertex(value: Any) -> bool:
    """Lines of an import or export of Vertex AI."""
    return _are_objects(value) and all("imageGcsUri" in item for item in value)


def vertex(items: list[Any]) -> ToolAnnotations:
    """One line an image, with one annotation, several, or boxes."""
    return ToolAnnotations([_vertex_image(item) for item in items])


def _vertex_image(item: Mapping[str, Any]) -> Annotated:
    one = item.get("classificationAnnotation")
    many = [*([one] if one else []), *(item.get("classificationAnnotations") or [])]
    many = many or item.get("boundingBoxAnnotations") or []
    use = cell_text((item.get("dataItemResourceLabels") or {}).get(_ML_USE))
    answers = answer_to("label", (a.get("displayName") for a in many))
    return Annotated(cell_text(item["imageGcsUri"]), answers, use)


def is_data_labeling(value: Any) -> bool:
    """Lines of an export of Google's data labeling service."""
    return _are_objects(value) and all("imagePayload" in item for item in value)


def data_labeling(items: list[Any]) -> ToolAnnotations:
    """One line an image with its annotations."""
    images = []
    for item in items:
        values = [(a.get("annotationValue") or {}) for a in item.get("annotations") or []]
        specs = [
            spec for v in values for kind in v.values() if (spec := kind.get("annotationSpec"))
        ]
        path = cell_text((item["imagePayload"] or {}).get("imageUri"))
        answers = answer_to("label", (spec.get("displayName") for spec in specs))
        images.append(Annotated(path, answers))
    return ToolAnnotations(images)


def is_custom_vision(value: Any) -> bool:
    """A list of images as the API of Azure Custom Vision gives it."""
    return _are_objects(value) and all("originalImageUri" in item for item in value)


def custom_vision(items: list[Any]) -> ToolAnnotations:
    """Images by their address, with their tags."""
    return ToolAnnotations(
        [
            Annotated(
                cell_text(item["originalImageUri"]),
                answer_to("tags", (tag.get("tagName") for tag in item.get("tags") or [])),
            )
            for item in items
        ]
    )
