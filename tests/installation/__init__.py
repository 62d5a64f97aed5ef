"""Tests of the lowest layer; none needs a city or Django's tables."""
