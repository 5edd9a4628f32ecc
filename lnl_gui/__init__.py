"""Clean the labels of image-classification datasets."""
