"""Doubts: what is drawn as asked and hardly as meant, found in plans, in sounds and in pixels."""
