"""Slow tests: several processes, crashes, races."""

import pytest

from tests.serving import Site


def pytest_collection_modifyitems(items):
    """Mark what is collected here."""
    for item in items:
        item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def _demo(tmp_path_factory):
    """One demo for all slow tests, because making one takes half a minute."""
    demo = Site(tmp_path_factory.mktemp("site"))
    demo.make()
    yield demo
    demo.stop()


@pytest.fixture
def site(_demo):
    """The demo, served: two web workers and the worker of the queue."""
    _demo.start()
    return _demo


@pytest.fixture
def made(_demo):
    """The same demo, made and not running."""
    _demo.stop()
    return _demo
