"""What a person can do to an open project. No Qt, no torch."""
