"""The coder with the codebook that ships, loaded once for all tests of coding."""

import pytest

from tasks.settings import shipped
from tasks.transform.code_batch import coder_of
from tasks.transform.coding.codebook import Codebook, load
from tasks.transform.coding.coder import Coder


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return load(shipped("config") / "codebook")


@pytest.fixture(scope="session")
def coder() -> Coder:
    return coder_of((shipped("config") / "codebook").resolve(), "test")
