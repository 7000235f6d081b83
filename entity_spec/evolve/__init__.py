"""Changing the entities of a project that exists: its code is merged, and migrations keep its rows."""
