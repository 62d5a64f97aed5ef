"""Taking in what somebody tells by telephone or at the counter: text first, everything else proposed."""
