"""Colours, type scale, style sheet and icons."""
