"""Measured values: entering them, switching them, telling them."""
