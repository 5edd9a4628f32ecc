"""Dialogs: each asks and returns a frozen parameter object; none computes."""
