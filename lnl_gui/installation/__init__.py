"""LNL's own place on a machine: the desktop's menu, what it leaves behind, what has changed."""
