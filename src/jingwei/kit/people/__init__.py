"""Units, posts, people, holdings and shifts by Excel: read with every problem named, planned, applied, written out."""
