"""What is public of all matters together: a map, figures, a feed. No matter of anybody is in any of them."""
