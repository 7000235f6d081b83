"""Regular expressions for ranges of numbers."""

from collections.abc import Callable


def whole(low: int, high: int) -> str:
    """Match the whole numbers from low to high, neither of them negative."""
    if low == 0:
        return f"(?:0|{whole(1, high)})" if high else "0"
    first, last = len(str(low)), len(str(high))
    # From one to the other, all numbers of a length match.
    shortest, longest = first + (low > 10 ** (first - 1)), last - (high < 10**last - 1)
    if shortest > last and longest < first:
        return _digits(str(low), str(high))
    parts = []
    if shortest > first:
        parts.append(_digits(str(low), "9" * first))
    if shortest <= longest:
        parts.append(f"[1-9]{_any(shortest - 1, longest - 1)}")
    if longest < last:
        parts.append(_digits(str(10 ** (last - 1)), str(high)))
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _digits(low: str, high: str) -> str:
    """Match the digits from low to high, all of the same length."""
    if set(low) <= {"0"} and set(high) <= {"9"}:
        return _any(len(low), len(low))
    return split(low, high, _digits)


def _any(least: int, most: int) -> str:
    return f"[0-9]{{{least}}}" if 0 < least == most else f"[0-9]{{{least},{most}}}" if most else ""


def split(low: str, high: str, rest: Callable[[str, str], str]) -> str:
    """Branch on the first digit: that of low and that of high, if not all digits may follow, and those in between."""
    zeros, nines = "0" * (len(low) - 1), "9" * (len(low) - 1)
    if low[0] == high[0]:
        return low[0] + rest(low[1:], high[1:])
    first, last = int(low[0]) + (low[1:] != zeros), int(high[0]) - (high[1:] != nines)
    middle = f"[{first}-{last}]" if first < last else f"{first}"
    parts = []
    if low[1:] != zeros:
        parts.append(low[0] + rest(low[1:], nines))
    if first <= last:
        parts.append(middle + rest(zeros, nines))
    if high[1:] != nines:
        parts.append(high[0] + rest(zeros, high[1:]))
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
