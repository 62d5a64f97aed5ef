"""Working time, deadlines as folds over segments, explanation, replay."""
