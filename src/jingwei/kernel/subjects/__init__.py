"""Whom matters concern: whoever proves a telephone number, or comes in person, finds the own ones and no others."""
