"""Handing over: the sheet of a shift in one click, its receipt, and taking over."""
