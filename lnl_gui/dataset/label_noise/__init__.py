"""Wrong labels made on purpose, with the truth of what was done."""
