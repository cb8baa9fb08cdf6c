"""Everything `make run` and the tests need around the application: installing, servers, processes."""
