"""What is known of the entities before anything of them is printed. Nothing in here knows what prints it."""
