"""The user's own layers: brought, checked, described, painted."""
