"""What anybody may check of the record: proofs and checkpoints, in plain words."""
