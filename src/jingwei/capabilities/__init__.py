"""What the city does; none knows another."""
