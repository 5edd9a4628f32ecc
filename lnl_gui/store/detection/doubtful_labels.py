"""Labels of classes of which the data do not tell whether name or labels are the mistake."""

SEEN = 3
"""Verdicts on labels of a class that tell what its images show."""
PERHAPS_RIGHT = "perhaps_right"
"""Array of a detection, bool (N,): labels of such classes, which may all be right."""
