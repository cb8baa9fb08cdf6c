"""What is kept of customers and for how long: retention, export and erasure."""
