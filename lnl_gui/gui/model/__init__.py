"""What the views show: the project under review and which project is open."""
