"""Instructions: what a command centre tells a unit to do; the unit signs and answers, the centre confirms; declared."""
