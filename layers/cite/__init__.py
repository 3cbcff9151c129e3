"""A figure copied with its citation: value, unit, year, source, place, what it is, link."""
