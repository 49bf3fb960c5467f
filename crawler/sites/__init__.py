"""The registered sites, by name."""
