"""The tables of the papers that LNL's methods come from, each with the paper's own settings."""
