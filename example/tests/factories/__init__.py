"""Valid request bodies and rows, one module per entity; what is unique differs from call to call."""
