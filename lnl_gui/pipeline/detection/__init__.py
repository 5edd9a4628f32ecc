"""Jobs that judge labels: detectors, several annotators, image issues, projections."""
