"""The dialog that shows how a dataset would be read, and lets a person change that."""
