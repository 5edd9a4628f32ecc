"""One extension of each kind that LNL takes."""
