"""What every surface is made of: permissions, refusals, languages, forms, limits, pages, the base template."""
