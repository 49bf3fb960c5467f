"""The SQLite file: its schema, the one place that writes rows, and the verbs that read them."""
