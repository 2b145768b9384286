"""The main job: squares, cutoffs, taps."""
