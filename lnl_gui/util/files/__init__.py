"""Files and folders: written whole or not at all, found, renamed, on every platform."""
