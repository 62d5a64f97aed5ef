"""Whom the platform shows itself to; none knows another."""
