"""Numbers for Prometheus: the rows first, and beside them what only a process can count."""
