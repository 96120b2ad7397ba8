"""The sandbox: strict fakes of every network that cmflow publishes to, for the tests and for `cmflow sandbox`."""
