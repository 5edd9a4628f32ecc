"""Issues beside wrong labels: duplicates, outliers, off-topic images, image quality."""
