"""A bicycle shop to try everything with: people, two accounts, forty conversations and the customers' phones."""
