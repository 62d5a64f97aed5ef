"""The frame around every page: how it looks to its reader, and where else one may go."""
