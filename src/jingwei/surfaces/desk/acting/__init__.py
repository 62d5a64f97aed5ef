"""One act on several matters: asked for once, carried out on each by itself, answered row by row."""
