# As a client sends it.
Key = str

# No test makes a row with this key.
MISSING_KEY: Key = "00000000-0000-7000-8000-000000000000"

# What a path cannot hold as a key.
ODD_KEYS = ["0", "-1", "x", "1.5", f"{MISSING_KEY}0", "%00"]

# What a body cannot hold as a key, in JSON.
BAD_KEYS = ["0", "1", "true", "[]", '"x"', f'"{MISSING_KEY}0"', f'"{MISSING_KEY.replace("-", "")}"', r'"\u0000"']


def missing_keys(count: int) -> list[Key]:
    return [f"{MISSING_KEY[:-12]}{number:012x}" for number in range(count)]
