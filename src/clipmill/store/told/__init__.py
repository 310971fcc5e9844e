"""What others are told: finished rounds, and deliveries on their way out."""
