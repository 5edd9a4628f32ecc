"""Processes that these tests start import torch as those of the program do: without its compiler.

In the first module that each of them imports: timm would load the compiler.
"""

from lnl_gui.util.process import late_compiler

late_compiler.install()
