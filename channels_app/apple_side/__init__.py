"""What is entered at Apple, and who calls from there: the geography's endpoint, the probe, the landing page."""
