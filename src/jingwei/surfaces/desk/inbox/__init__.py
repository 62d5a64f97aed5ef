"""The inbox of the desk: lines of one's posts, the count in the header, wishes, and what could not be delivered."""
