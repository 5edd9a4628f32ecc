"""Copies of one image: exact, re-encoded, turned, shifted, cropped, brightened."""
