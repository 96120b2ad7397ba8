"""Listen: what people write to the accounts becomes tickets, and what the team answers goes back."""
