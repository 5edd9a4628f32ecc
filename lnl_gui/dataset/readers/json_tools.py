"""The annotation tools whose JSON is known, by the structure of what they write."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lnl_gui.dataset.readers import cloud_json, datumaro, label_studio, labelbox, split_json, via
from lnl_gui.dataset.readers.annotated import ToolAnnotations


@dataclass(frozen=True)
class JsonTool:
    """A tool: what its parsed files look like, and what they say.

    `matches` and `read` are given an object, or the list of objects of an array or of JSON lines.
    `is_by_split` says that the tool writes a file for each split.
    """

    title: str
    matches: Callable[[Any], bool]
    read: Callable[[Any], ToolAnnotations]
    is_by_split: bool = False


JSON_TOOLS = (
    JsonTool("Label Studio", label_studio.matches, label_studio.annotations),
    JsonTool("Labelbox", labelbox.matches, labelbox.annotations),
    JsonTool("Labelbox", labelbox.matches_old, labelbox.old_annotations),
    JsonTool("SageMaker Ground Truth", cloud_json.is_manifest, cloud_json.manifest, True),
    JsonTool("Vertex AI", cloud_json.is_vertex, cloud_json.vertex, True),
    JsonTool("AI Platform", cloud_json.is_data_labeling, cloud_json.data_labeling),
    JsonTool("Azure Custom Vision", cloud_json.is_custom_vision, cloud_json.custom_vision),
    JsonTool("Datumaro", datumaro.matches, datumaro.annotations, True),
    JsonTool("CoOp", split_json.matches, split_json.annotations),
    JsonTool("VGG Image Annotator", via.matches, via.annotations),
)


def tool_of(value: Any) -> JsonTool | None:
    """The tool that wrote a parsed file; None where it is none of the known ones."""
    return next((tool for tool in JSON_TOOLS if tool.matches(value)), None)
