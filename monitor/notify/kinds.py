"""From the word after `kind:` to the module that carries it."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from monitor.notify import channels
from monitor.notify.channel import ChannelConfig


class UnknownKind(Exception):
    """No module carries this kind; the message says what is wrong with it."""


def shipped_kinds() -> list[str]:
    """List the kinds that the product brings: one file each in `monitor/notify/channels/`."""
    return sorted(module.name for module in pkgutil.iter_modules(channels.__path__))


def config_of(kind: str) -> type[ChannelConfig]:
    """Find the `Config` of a kind: a shipped one by its name, an outside one by its module's path."""
    if kind in shipped_kinds():
        module = importlib.import_module(f"{channels.__name__}.{kind}")
    elif _is_module_path(kind):
        module = _outside(kind)
    else:
        raise UnknownKind(f"{kind!r} is no kind of channel")
    config = getattr(module, "Config", None)
    if not (isinstance(config, type) and issubclass(config, ChannelConfig)):
        raise UnknownKind(f"the module {kind!r} has no Config built on monitor.notify.channel.ChannelConfig")
    return config


def _is_module_path(kind: str) -> bool:
    return "." in kind and all(part.isidentifier() for part in kind.split("."))


def _outside(kind: str) -> ModuleType:
    try:
        return importlib.import_module(kind)
    except ModuleNotFoundError as error:
        missing = error.name or kind
        raise UnknownKind(f"the module {kind!r} cannot be loaded: {missing!r} is not installed") from None
    except Exception as error:  # somebody else's module may raise anything while it loads
        raise UnknownKind(f"the module {kind!r} cannot be loaded: {type(error).__name__}: {error}") from error
