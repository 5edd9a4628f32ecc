"""The project's file and folder: schema, connections, what may be trusted, who writes."""
