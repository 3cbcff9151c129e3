"""The kiosk: a guided story of the area that plays by itself, and what a visitor can touch."""
