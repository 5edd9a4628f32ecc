"""What the window does for a person beside the review, one concern each."""
