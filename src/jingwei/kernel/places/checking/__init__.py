"""The grid checks itself: what is wrong with layers of boundaries, each fault with its size, its place and a remedy."""
