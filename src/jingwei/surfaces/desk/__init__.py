"""The people who handle matters."""
