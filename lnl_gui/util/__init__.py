"""What every room may use: errors, progress, atomic files, places on disk, logging."""
