"""Tables: how a person is called, and how they read."""
