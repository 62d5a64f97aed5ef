"""The command map 指挥图: what is going on in an area now, as city, county and town rooms look at it."""
