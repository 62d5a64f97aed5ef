"""A real PostgreSQL of our own over a mere folder of its programs: no service, no root, no network."""

from jingwei.installation.postgres.supervisor import Status, start, status, stop

__all__ = ["Status", "start", "status", "stop"]
