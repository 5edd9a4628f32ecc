"""The dataset as a project holds it: samples, classes, columns, pictures."""
