"""The Money page: estimates in yen."""
