"""What is known about the entities, whatever is printed from it. Nothing in here imports a part that prints."""
