"""Backups of an installation, database and files together, and the way back from one."""
