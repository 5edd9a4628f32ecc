"""Images that lie inside a container: an array file, an archive, a database.

Such an image is a `Member`: the container, its kind, and a key that only the kind reads. A place of
an image is a path or a member (`ImageLocation`). A project stores it as one text:

    images/cat.png                        a file
    train.npz//array:images/00017         the kind `array`, the key `images/00017`

No stored path of a file holds `//` inside, so that every real name keeps its meaning, whatever
characters it has. The key never becomes a file name; `Member.name` is what an exported copy or a
message calls the image, and readers give samples a readable `path` such as `train.npz/00017`.

`read.image_bytes` gives the bytes of an image file for a location of either form, and is what
everything calls that opens an image. Encoded members come as they lie; pixels of arrays come as an
uncompressed image, and as PNG from `read.exported_file`.

How a kind is added:

1. A module in `kinds/` with `open_container(path: Path) -> Container`. It opens for reading only.
   `Container.read(key)` gives the bytes of an image file or `Pixels`; `close()` lets go of the
   file. Both are called under one lock a container, so that a container needs no lock of its own.
   Heavy libraries are imported inside the function. Whatever it raises becomes a `ContainerError`
   with a reason in words; raise one yourself where the reason can be said better. Sizes that the
   file claims are checked with `limits.check_size` before memory is taken.
2. A line in `registry.KINDS`: its name, which projects store, so that it never changes.
3. A reader in `lnl_gui/dataset/readers` that makes records whose `file` is a `Member`. A key says
   where the bytes are (an offset, a row), so that opening a container is cheap: a thousand shards
   are opened and closed again many times in one training, because `pool` keeps few of them open.
   Numbers in keys are padded (`00017`): `Member.name` takes its last part over.

Kinds whose images are rows of arrays share `kinds.array.ArrayContainer`, which wants only a
function from a name to an array (any object with a length and rows, memory-mapped or lazy), and
`kinds.layout`, whose keys say how a row is an image. What can only be read from its beginning is
unpacked once into the user's cache by `array_cache.kept_file` and mapped from there.

Handles are kept for each process: a child process, forked or spawned, opens its own. A container
that changes on disk is noticed within a second and opened anew. `read.close_containers` closes
them; jobs and the window call it when they are done.
"""
