"""Automated messages: which text holds for an instance, who changes it, and the pages on which they do."""
