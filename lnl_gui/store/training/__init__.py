"""What trainings leave: comparisons, gains, predictions, and the words for them."""
