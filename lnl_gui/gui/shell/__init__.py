"""The main window: its pages, commands, actions and step bar."""
