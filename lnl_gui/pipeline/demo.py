"""Make the demo: handwritten digits with known wrong labels, and a project of them."""

from pathlib import Path
from typing import Any

from lnl_gui.dataset.digits import write_digits
from lnl_gui.pipeline.datasets import import_dataset
from lnl_gui.store.jobs.parameters import DemoParameters, ImportParameters
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext


def run(parameters: DemoParameters, context: JobContext) -> dict[str, Any]:
    """Write the digits beside `parameters.project` unless they are there, and import them.

    Raises:
        UserError: when the disk is full, or the project exists.
    """
    project = Path(parameters.project)
    images = project.with_suffix("")
    if not images.is_dir():
        context.log(message("Writing handwritten digits to {images}", images=images))
        write_digits(images, wrong_fraction=parameters.wrong_fraction)
    return import_dataset.run(ImportParameters(source=str(images), project=str(project)), context)
