"""Columns of taxonomic ranks, of which one is called `class`: Aves, Mammalia."""

from collections.abc import Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.tables.column_names import plain_name
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.messages import message

_RANKS = (
    (("kingdom", "phylum", "division"), "class", ("order", "family", "genus", "species")),
    (("reich", "stamm"), "klasse", ("ordnung", "familie", "gattung", "art", "spezies")),
    (("règne", "regne", "embranchement"), "classe", ("ordre", "famille", "genre", "espèce")),
    (("reino", "filo"), "clase", ("orden", "familia", "género", "genero", "especie")),
    (("reino", "filo"), "classe", ("ordem", "família", "familia", "género", "gênero", "espécie")),
    (("regno", "phylum"), "classe", ("ordine", "famiglia", "genere", "specie")),
)
"""English, German, French, Spanish, Portuguese, Italian; above the class and below it."""
_GENERA = frozenset(["genus", "gattung", "genre", "género", "genero", "gênero", "genere"])
_SPECIES = frozenset(["species", "art", "spezies", "espèce", "especie", "espécie", "specie"])
_FEWEST = 2
"""Other ranks beside one that may as well be what the label is called."""
_SAMPLE = 2000


def class_rank(table: Table, names: Sequence[str]) -> int:
    """The column called class that is a rank of living things and no label; -1 where none is.

    Beside it are two other ranks, each taxon of a lower one is of one class, and a class has
    several of them: else it says what the lower ranks say, or something else.

    Args:
        table: which the columns are of.
        names: their plain names.
    """
    for above, own, below in _RANKS:
        if names.count(own) != 1:
            continue
        lower = [at for at, name in enumerate(names) if name in below]
        higher = [at for at, name in enumerate(names) if name in above]
        at = names.index(own)
        if len(lower) + len(higher) >= _FEWEST and lower and _is_above(table, names, at, lower):
            return at
    return -1


def _is_above(table: Table, names: Sequence[str], rank: int, lower: Sequence[int]) -> bool:
    """Whether each taxon of the lower ranks lies in one class, and several in some class."""
    several = False
    for at in lower:
        cells = ((row[rank].strip(), row[at].strip()) for row in table.rows[:_SAMPLE])
        pairs = set(filter(all, cells))
        classes, taxa = {own for own, _ in pairs}, {taxon for _, taxon in pairs}
        # An epithet such as `vulgaris` is one of several genera, perhaps of other classes.
        are_epithets = names[at] in _SPECIES and not any(" " in taxon for taxon in taxa)
        if len(taxa) < len(pairs) and not are_epithets:
            return False
        several = several or len(classes) < len(pairs)
    return several


def say_of_ranks(table: Table, label: int) -> None:
    """Note that `class` is a rank and no label; suspect epithets that several genera share.

    Args:
        table: which gets the note or the suspicion.
        label: the column of the labels.
    """
    names = list(map(plain_name, table.columns))
    rank = class_rank(table, names)
    if rank not in (-1, label):
        table.warnings.append(
            message(
                "Column `{column}` was taken for the taxonomic rank, not for the label; if it is"
                " the label, say --label-column {column}.",
                column=table.columns[rank],
            )
        )
    genus = next((at for at, name in enumerate(names) if name in _GENERA and at != label), -1)
    if genus < 0 or not any(names[label] in below for _, _, below in _RANKS):
        return
    genera: dict[str, set[str]] = {}
    for row in table.rows:
        if row[label].strip() and row[genus].strip():
            genera.setdefault(row[label].strip(), set()).add(row[genus].strip())
    shared = [name for name, of in genera.items() if len(of) > 1]
    if shared:
        table.suspicions.append(
            message(
                "Names in `{column}` are those of several genera, and became one class each:"
                " {names}. Write genus and species into one column, and name it with"
                " --label-column.",
                column=table.columns[label],
                names=shorten(shared),
            )
        )
