"""What a person does: verdicts, edits of classes, remarks; recorded, undone, merged."""
