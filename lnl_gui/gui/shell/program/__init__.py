"""The program around the window: its start, its errors, pictures of it."""
