"""Console commands on feeds: tables taken in, results given back, two systems side by side, and the cut-over."""
