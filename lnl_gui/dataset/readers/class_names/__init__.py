"""Names of classes that are numbers or codes."""
