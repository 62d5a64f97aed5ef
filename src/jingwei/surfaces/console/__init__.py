"""Those who run the installation."""
