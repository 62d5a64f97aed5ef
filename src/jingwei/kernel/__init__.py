"""What every matter has in common; knows no capability."""
