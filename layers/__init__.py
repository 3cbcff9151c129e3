"""All that a map or a chart draws. Knows geo/, never pages/."""
