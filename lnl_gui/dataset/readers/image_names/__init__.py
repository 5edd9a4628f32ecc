"""Images whose own names say what they are of."""
