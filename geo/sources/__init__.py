"""Readers of official products, one module each: a download as it comes -> tables of the data model."""
