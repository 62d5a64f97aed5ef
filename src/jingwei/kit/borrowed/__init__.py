"""Files of others that pages use in the browser: what they are, whether they are there, under which names they go."""
