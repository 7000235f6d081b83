# As a client sends it.
Key = str

# No test makes a row with this key.
MISSING_KEY: Key = "00000000-0000-7000-8000-000000000000"

# What a key is not written like: each row has one address.
SPELLINGS = [
    "0193A2B4-8C1E-7D3F-9A5B-2C4D6E8F0A1B",
    "0193a2b48c1e7d3f9a5b2c4d6e8f0a1b",
    "urn:uuid:0193a2b4-8c1e-7d3f-9a5b-2c4d6e8f0a1b",
    "{0193a2b4-8c1e-7d3f-9a5b-2c4d6e8f0a1b}",
    f"{MISSING_KEY}0",
]

# What a path cannot hold as a key.
ODD_KEYS = ["0", "-1", "x", "1.5", "%00", f"%20{MISSING_KEY}", *SPELLINGS]

# What a body cannot hold as a key, in JSON.
BAD_KEYS = ["0", "1", "true", "[]", '"x"', r'"\u0000"', *(f'"{key}"' for key in SPELLINGS)]


def missing_keys(count: int) -> list[Key]:
    return [f"{MISSING_KEY[:-12]}{number:012x}" for number in range(count)]
