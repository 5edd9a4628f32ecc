"""Label-noise detectors on embeddings and probabilities, and their consensus."""
