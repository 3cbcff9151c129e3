"""The What-if page: scenarios on screen, side by side."""
