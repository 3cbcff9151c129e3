"""The Meeting page: a lobby, a desk to prepare at, and the wall."""
