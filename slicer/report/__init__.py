"""Results as files: CSV, XLSX, Markdown, JSON."""
