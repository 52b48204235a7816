"""Fuzzing: hostile input against the decode-closure oracle, for as long as one likes."""
