"""Parts of the matter page that are asked for apart: what a clock would have come to, what lies around."""
