"""The coder with the codebook that ships, loaded once for all tests of coding."""

import pytest

from tasks.settings import Settings, shipped
from tasks.transform.code_batch import coder_of
from tasks.transform.coding.codebook import Codebook, load
from tasks.transform.coding.coder import Coder


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return load(shipped("config") / "codebook")


@pytest.fixture(scope="session")
def shipped_coder() -> Coder:
    """The coder as a run uses it: the rules and the trained models."""
    settings = Settings()
    return coder_of(settings.codebook.resolve(), "test", settings.models)


@pytest.fixture(scope="session")
def coder() -> Coder:
    """The rules alone."""
    return coder_of((shipped("config") / "codebook").resolve(), "test")
