"""Regional economy tables that users load: reading them in, the circle they draw."""
