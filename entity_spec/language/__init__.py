"""How entities are written: from the text to a `Spec`, with every error."""
