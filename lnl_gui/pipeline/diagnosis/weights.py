"""Weights of the encoders: which are on this machine."""

from collections.abc import Iterator

from lnl_gui.pipeline.diagnosis.finding import DOUBT, MISSING, Diagnosis
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER
from lnl_gui.util.extras import repair_hint
from lnl_gui.util.messages import message


def check_weights() -> Iterator[Diagnosis]:
    """Each encoder of the catalogue; those not here are downloaded at their first use."""
    try:
        # Importing what loads encoders fails where torch does, which is said already.
        from lnl_gui.encoders.catalogue.download import megabytes  # noqa: PLC0415
        from lnl_gui.encoders.catalogue.table import list_encoders  # noqa: PLC0415
        from lnl_gui.encoders.loading.sources import download_needed  # noqa: PLC0415
    except ImportError as error:
        yield Diagnosis("weights", "encoders", message("not known: {error}", error=error), DOUBT)
        return
    for info in list_encoders():
        size = download_needed(info)
        if not size:
            yield Diagnosis("weights", info.name, message("here"))
        elif info.name == BUNDLED_ENCODER:
            hint = repair_hint(
                message("pip install --force-reinstall {package}", package="lnl-gui")
            )
            yield Diagnosis("weights", info.name, message("missing"), MISSING, hint)
        else:
            text = message("to be downloaded at its first use: {size}", size=megabytes(size))
            yield Diagnosis("weights", info.name, text)
