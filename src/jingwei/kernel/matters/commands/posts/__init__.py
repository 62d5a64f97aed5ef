"""What a post holds changes hands: at the end of a shift, and when the post or its unit ends."""
