"""What of this machine and this installation LNL can work with, what is missing, how to mend it."""
