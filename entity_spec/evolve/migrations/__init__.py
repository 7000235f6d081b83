"""The migrations between two versions of a project: planned table by table, and written as revisions."""
