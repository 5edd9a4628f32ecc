"""One module for each kind of container; `lnl_gui.containers` tells how one is added."""
