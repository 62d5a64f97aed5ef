"""Destruction of what is kept no longer: a list that one person proposes and another reviews."""
