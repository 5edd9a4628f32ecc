"""Headless verbs, one module each."""
