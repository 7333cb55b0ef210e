"""Where messages come from: each source yields raw messages with a key that stays the same on every visit."""
