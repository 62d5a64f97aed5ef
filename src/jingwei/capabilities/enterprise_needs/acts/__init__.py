"""The acts of an enterprise's need: sorting what was collected, and serving it until the enterprise has rated it."""
