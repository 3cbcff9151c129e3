"""Regional economy tables: reading, checking and keeping what users load."""
