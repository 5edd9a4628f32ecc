"""What one pass over the pixels gives: facts, hashes, thumbnails, and fast resizing."""
