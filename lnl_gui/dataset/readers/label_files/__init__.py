"""Folders whose labels lie in files beside the images."""
