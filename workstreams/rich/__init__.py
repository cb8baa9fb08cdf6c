"""Which rich messages are offered in which workstreams: one that is tied to none is offered in all of them."""
