"""Areas from province to grid cell with dated boundaries; locating in process."""
