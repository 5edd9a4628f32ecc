"""What is dragged onto a window."""

from pathlib import Path

from PySide6.QtGui import QDropEvent

from lnl_gui.remote.address import remote_url


def dropped_path(event: QDropEvent) -> Path | None:
    """The one file, folder or URL of images that is being dragged, if it is that."""
    urls = event.mimeData().urls()
    if len(urls) != 1:
        return None
    if remote_url(urls[0].toString()) is not None:
        return Path(urls[0].toString())
    if not urls[0].isLocalFile():
        return None
    return Path(urls[0].toLocalFile())
