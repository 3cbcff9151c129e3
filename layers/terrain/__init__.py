"""What drains to a point: its card and its marks on the map."""
