"""The annotation tools whose JSON is known, by the structure of what they write."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnl_gui.dataset.readers.tools import (
    cloud_json,
    datumaro,
    edge_impulse,
    encord,
    label_studio,
    labelbox,
    prodigy,
    scale,
    split_json,
    superannotate,
    via,
    vott,
)
from lnl_gui.dataset.readers.tools.annotated import ToolAnnotations
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message


@dataclass(frozen=True)
class JsonTool:
    """A tool: what its parsed files look like, and what they say.

    `matches` and `annotations` are given an object, or the list of objects of an array or of JSON
    lines. `is_by_split` says that the tool writes a file for each split.
    """

    title: str
    matches: Callable[[Any], bool]
    annotations: Callable[[Any], ToolAnnotations]
    is_by_split: bool = False
    classes_beside: Callable[[Path], tuple[str, ...]] | None = None
    """lists the classes by another file beside that of the annotations"""

    def read(self, value: Any, source: Path) -> ToolAnnotations:
        """What a parsed file says.

        Raises:
            UserError: when a field is not as the tool writes it.
        """
        try:
            found = self.annotations(value)
            if self.classes_beside is not None:
                found.classes = found.classes or self.classes_beside(source)
            return found
        except MALFORMED as error:
            raise not_as_expected(source, self.title, error) from error


MALFORMED = (AttributeError, TypeError, KeyError, IndexError, ValueError)
"""What reading a file leads to whose fields are of other kinds than they should be."""


def not_as_expected(source: Path, form: Message | str, error: Exception) -> UserError:
    """A file of a known form in which something else stands than belongs there."""
    return UserError(
        message(
            "`{source}` looks like the form {form}, but something in it is not as expected:"
            " {error}.",
            source=source,
            form=form,
            error=error,
        ),
        message("Export it again, or choose another file."),
        code="not_a_table",
    )


JSON_TOOLS = (
    JsonTool(
        "Label Studio",
        label_studio.matches,
        label_studio.annotations,
        classes_beside=label_studio.configured_classes,
    ),
    JsonTool("Labelbox", labelbox.matches, labelbox.annotations),
    JsonTool("Labelbox", labelbox.matches_old, labelbox.old_annotations),
    JsonTool("SageMaker Ground Truth", cloud_json.is_manifest, cloud_json.manifest, True),
    JsonTool("Vertex AI", cloud_json.is_vertex, cloud_json.vertex, True),
    JsonTool("AI Platform", cloud_json.is_data_labeling, cloud_json.data_labeling),
    JsonTool("Azure Custom Vision", cloud_json.is_custom_vision, cloud_json.custom_vision),
    JsonTool("Datumaro", datumaro.matches, datumaro.annotations, True),
    JsonTool("Edge Impulse", edge_impulse.matches, edge_impulse.annotations, True),
    JsonTool("VoTT", vott.matches, vott.annotations),
    JsonTool("Prodigy", prodigy.matches, prodigy.annotations),
    JsonTool("SuperAnnotate", superannotate.matches, superannotate.annotations),
    JsonTool("Encord", encord.matches, encord.annotations),
    JsonTool("Scale", scale.matches, scale.annotations),
    JsonTool("CoOp", split_json.matches, split_json.annotations),
    JsonTool("VGG Image Annotator", via.matches, via.annotations),
)


def tool_of(value: Any) -> JsonTool | None:
    """The tool that wrote a parsed file; None where it is none of the known ones."""
    return next((tool for tool in JSON_TOOLS if tool.matches(value)), None)
