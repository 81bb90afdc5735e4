"""Which framework an object is of, without importing any."""

from __future__ import annotations

import importlib
from typing import Any

from edgerack.errors import MissingPackage


def is_from(thing: Any, *packages: str) -> bool:
    """True where the object's class, or a class it is derived from, is defined in one of them."""
    return any(
        cls.__module__ == package or cls.__module__.startswith(package + ".")
        for cls in type(thing).__mro__
        for package in packages
    )


def require(module: str, purpose: str, extra: str) -> Any:
    """Imports an optional package; MissingPackage with the command that installs it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingPackage(
            "PACKAGE_MISSING",
            f"{purpose} needs {module.split('.')[0]}, which cannot be imported ({error}); "
            f"install it with `pip install 'edgerack[{extra}]'`",
        ) from error
