"""What the journal says of samples now: decisions in force, of one reviewer or several."""
