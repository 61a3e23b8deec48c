"""The measuring laboratory: benchmark programs, engines, rounds, results and what they say."""
