"""What the line for many speaks of: lanes, calls, parts, pace, deliveries."""
