"""What functions of the package take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol, TypeAlias

Bytes: TypeAlias = bytes | bytearray | memoryview
Kind: TypeAlias = Literal["request", "response", "notification", "status", "error"]


class HasItems(Protocol):
    """What has headers but is no mapping, such as the message of the standard library."""

    def items(self) -> Iterable[tuple[Any, Any]]: ...


Headers: TypeAlias = Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[str | bytes, str | bytes]] | HasItems
"""Headers as they were received: a mapping, what has ``items()``, or pairs. The case of names does not matter."""
