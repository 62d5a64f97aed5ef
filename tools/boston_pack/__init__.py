"""Makes the derived files of packs/boston from the open data they come from."""
