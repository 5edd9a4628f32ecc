"""Cross-fitted linear probes on embeddings, and the preparation of their features."""
