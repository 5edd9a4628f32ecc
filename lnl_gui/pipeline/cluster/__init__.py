"""Work on many images in parts, on the nodes of a Ray cluster."""
