"""Projects kept by three lists: work, responsibility, implementation; declared whole."""
