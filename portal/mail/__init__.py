"""Mail: an outbox that the worker empties, and what is told by it."""
