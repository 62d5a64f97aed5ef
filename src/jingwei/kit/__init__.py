"""What surfaces share: page parts, forms from declarations, error answers, limits on requests."""
