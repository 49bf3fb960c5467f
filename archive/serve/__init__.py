"""An archive as pages: Datasette, read-only on loopback, with pages of our own (the extra ``serve``)."""
