"""The designer: a form that is made of a kind's fields, what is done to it, and what the device will show."""
