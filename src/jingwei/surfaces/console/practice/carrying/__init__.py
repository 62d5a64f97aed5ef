"""The plan carried out: as commands, in batches, with pictures, duty and what is still news at the end."""
