"""Cut-over: the open matters of the system a city leaves, from its own table, mapped once and remembered."""
