"""The ledger: what came from Apple, what goes to Apple, and what needs somebody."""
