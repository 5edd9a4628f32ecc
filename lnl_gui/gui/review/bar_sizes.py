"""Sizes in pixels that the bars above the grid share."""

LEAST_WIDTH = 300
"""Of each bar, whatever its words: they must not widen the window beyond a small screen."""
WORDS_FROM = 560
"""Width of a bar from which there is room for words that can be done without."""
SIDE_MARGIN = 12
"""Beside the buttons of a bar."""
