"""What to work on next: improvement potential, ties and the ranking."""
