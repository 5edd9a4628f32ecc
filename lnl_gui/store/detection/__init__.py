"""What a detection leaves: scores, tables, figures, and the words for them."""
