"""Durable work: scheduled harvests and retries as DBOS workflows, asked for from any process."""
