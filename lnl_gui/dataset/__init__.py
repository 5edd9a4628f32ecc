"""Readers and writers of dataset formats, safe decoding, label-noise generators, splits."""
