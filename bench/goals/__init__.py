"""One module for each goal; every one has ``measure(place, runs, rows)`` and may use Django at once."""
