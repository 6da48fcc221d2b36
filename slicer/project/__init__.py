"""The project file: data sets, events, queues and everything people decided, in one DuckDB file."""
