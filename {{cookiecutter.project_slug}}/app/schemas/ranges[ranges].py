"""Regular expressions for ranges of numbers."""

from collections.abc import Callable


def whole(low: int, high: int) -> str:
    """Match the whole numbers from low to high, neither of them negative."""
    if low < 2 and set(str(high)) == {"9"}:
        return ("" if low else "(?:0|") + f"[1-9][0-9]{{0,{len(str(high)) - 1}}}" + ("" if low else ")")
    lengths = range(len(str(low)), len(str(high)) + 1)
    ends = [(max(low, 10 ** (length - 1) if length > 1 else 0), min(high, 10**length - 1)) for length in lengths]
    return f"(?:{'|'.join(_digits(str(least), str(most)) for least, most in ends)})"


def _digits(low: str, high: str) -> str:
    """Match the digits from low to high, all of the same length."""
    return split(low, high, _digits) if low else ""


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
