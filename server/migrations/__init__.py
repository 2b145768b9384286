"""One stream of migrations for the whole portal: plain SQL files, run and recorded by Piccolo."""
