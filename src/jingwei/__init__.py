"""Jingwei 经纬: a city's services street by street; every matter has a place, an owner, a clock, a record."""
