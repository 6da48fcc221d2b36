"""The one sentence on top of a page, computed from its numbers, and the one that qualifies it."""
