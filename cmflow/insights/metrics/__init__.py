"""What figures mean: the catalogue, and what may be compared."""
