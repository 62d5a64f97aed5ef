"""Parts of pages that need more than a class of the style sheet; `/kit/` shows every part in every state."""
