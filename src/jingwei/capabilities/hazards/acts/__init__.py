"""The acts of a hazard, by who does them: grading and assigning, rectifying, verifying, and the ways beside."""
