"""Networks, linear probe, model files, inference and export."""
