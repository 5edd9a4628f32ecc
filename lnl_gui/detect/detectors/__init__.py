"""Label-error detectors, one module a method, and their registry."""
