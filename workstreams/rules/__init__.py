"""Routing rules of a workstream: their pages, their writes, and how routing reads them."""
