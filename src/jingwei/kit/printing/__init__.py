"""Papers: a declared set of them, typeset from templates that a city may replace."""
