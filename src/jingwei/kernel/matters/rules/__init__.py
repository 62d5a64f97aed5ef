"""The rules at work on matters: who gets them, what is wrong with the rules, what other rules would have done."""
