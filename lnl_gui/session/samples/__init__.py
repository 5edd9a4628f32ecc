"""The samples of an open project as columns, and the selection among them."""
