"""Words for people: numbers with what they count."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 period`, `1,200 periods`; `many` where the plural is not `one` and an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
