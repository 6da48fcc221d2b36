"""What tags on a part of the rows say of all of them: shares, the error rate within a tag, and rules for tags."""
