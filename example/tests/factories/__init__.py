"""Valid request bodies and rows, one module per entity; unique values differ with each call."""
