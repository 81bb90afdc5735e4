"""Lists that come in pages."""

from __future__ import annotations

from typing import Any

from edgerack._core.retry import Deadline
from edgerack._core.session import Session

LARGEST_PAGE = 1000


async def pages(
    session: Session, name: str, request: Any, items: str, limit: int | None, deadline: Deadline
) -> list[Any]:
    """The first `limit` items of a list, or all; `items` is the field that holds them."""
    found: list[Any] = []
    while limit is None or len(found) < limit:
        wanted = LARGEST_PAGE if limit is None else min(limit - len(found), LARGEST_PAGE)
        request.page_size = wanted
        page = await session.call(name, request, deadline)
        found.extend(getattr(page, items))
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    return found[:limit]
