"""What every package may use: errors, progress, atomic files, places on disk, logging."""
