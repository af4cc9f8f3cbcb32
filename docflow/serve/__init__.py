"""`manage.py serve`: web, worker and sweeper under one supervisor (docs/operations.md)."""
