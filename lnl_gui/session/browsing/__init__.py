"""Which samples are shown and in what order: filters, sorts, search, groups."""
