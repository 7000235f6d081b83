Key = int

# No test makes a row with this key.
MISSING_KEY: Key = 1_000_000

# What a path cannot hold as a key.
ODD_KEYS = ["0", "-1", "x", "1.5", str(2**53), "%00"]

# What a body cannot hold as a key, in JSON.
BAD_KEYS = ["0", "-1", "1.5", str(2**53), '"1"', "true", "[]"]


def missing_keys(count: int) -> list[Key]:
    return list(range(MISSING_KEY, MISSING_KEY + count))
