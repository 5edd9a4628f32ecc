"""Charts of the open project; choosing in one filters the grid."""
