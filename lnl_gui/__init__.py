"""Clean the labels of image-classification datasets."""

__version__ = "0.1.0"
