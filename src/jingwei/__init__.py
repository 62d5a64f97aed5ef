"""Jingwei 经纬: the services a city gives street by street, each matter with a place, an owner, a clock and a record."""
