"""What entities are and how they are written."""
