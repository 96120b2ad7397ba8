"""One file a network; each holds one `network = Network(…)`."""
