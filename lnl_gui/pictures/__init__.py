"""Pictures: any image file becomes 8-bit RGB pixels, or a reason in plain words why not.

`reading` takes the bytes of a file or of a container's member, `decoding` makes pixels of them
within the memory that `memory` bounds, `repair` reads what damage has left.
"""
