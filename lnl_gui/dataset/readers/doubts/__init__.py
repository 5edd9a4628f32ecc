"""What a reading left out or overruled, and what is asked about it."""
