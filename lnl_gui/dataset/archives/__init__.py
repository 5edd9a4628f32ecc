"""Archives of datasets: recognised by their bytes, unpacked safely, kept and used again."""
