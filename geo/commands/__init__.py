"""The commands of ``python -m geo``, one module a command or group of commands."""
