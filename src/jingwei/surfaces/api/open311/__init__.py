"""Open311 GeoReport v2: other cities' apps and civic software report and follow here by the interface they know."""
