"""The handbook page of a matter type, made from its declaration alone: for the papers as Markdown, and for the desk."""
