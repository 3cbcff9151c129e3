"""About the app: what was checked for accessibility and what is wanting, the keyboard, the version of everything."""
