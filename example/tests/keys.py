Key = int

# No test makes a row with this key.
MISSING_KEY: Key = 1_000_000

# What a path cannot hold as a key: each row has one address.
ODD_KEYS = ["0", "-1", "x", "1.5", str(2**53), "%00", "01", "1.0", "1_0", "+1", "%201", "1%0A", "%D9%A1", "%EF%BC%91"]

# What a body cannot hold as a key, in JSON.
BAD_KEYS = ["0", "-1", "1.5", str(2**53), '"1"', "true", "[]"]


def missing_keys(count: int) -> list[Key]:
    return list(range(MISSING_KEY, MISSING_KEY + count))
