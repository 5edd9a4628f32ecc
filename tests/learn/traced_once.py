"""A fixture for tests that export one model several times: its trace takes most of an export."""

from collections.abc import Iterator

import pytest
import torch

from lnl_gui.learn.models import export
from lnl_gui.learn.models.model_file import LoadedModel


@pytest.fixture(autouse=True, scope="module")
def traced_once() -> Iterator[None]:
    """Models of the same weights share a trace, which the first export makes."""
    trace, found = export._program, {}

    def program(model: LoadedModel) -> torch.export.ExportedProgram:
        values = torch.cat([value.flatten() for value in model.classifier.state_dict().values()])
        key = values.numpy().tobytes()
        if key not in found:
            found[key] = trace(model)
        return found[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "_program", program)
        yield
