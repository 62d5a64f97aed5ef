"""Declared measures as everybody may know them, counted ahead by the worker, so that no page waits for them."""
