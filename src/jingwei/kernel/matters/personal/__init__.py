"""Personal data of matters: what becomes of it besides being read."""
