"""The keys of FIELD_KEYS over time: which of them stored secrets need, and how all secrets come under the first."""
