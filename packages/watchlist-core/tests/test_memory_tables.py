"""What the store for tests is made of: tables, and layers over them."""

import pytest

from watchlist_core.testing.memory import Table


def _table(**rows: int) -> Table[str, int]:
    table = Table[str, int]()
    table.update(rows)
    return table


def test_a_layer_shows_the_rows_below_and_its_own() -> None:
    below = _table(a=1, b=2)
    layer = below.layer()

    layer["b"], layer["c"] = 3, 4
    del layer["a"]

    assert dict(layer) == {"b": 3, "c": 4}
    assert (len(layer), "a" in layer, layer.get("a")) == (2, False, None)
    assert dict(below) == {"a": 1, "b": 2}


def test_what_is_merged_is_changed_and_gone_below() -> None:
    below = _table(a=1, b=2)
    layer = below.layer()
    layer["b"], layer["c"] = 3, 4
    del layer["a"]

    below.merge(layer)

    assert dict(below) == {"b": 3, "c": 4}
    assert dict(below.layer()) == {"b": 3, "c": 4}


def test_what_was_removed_can_be_there_again() -> None:
    below = _table(a=1)
    layer = below.layer()
    del layer["a"]

    layer["a"] = 2
    below.merge(layer)

    assert dict(layer) == dict(below) == {"a": 2}


def test_what_is_not_there_cannot_be_removed() -> None:
    layer = _table(a=1).layer()
    del layer["a"]

    for key in ("a", "b"):
        with pytest.raises(KeyError):
            del layer[key]


def test_a_row_that_only_the_layer_had_leaves_nothing_behind() -> None:
    below = _table(a=1)
    layer = below.layer()
    layer["b"] = 2
    del layer["b"]

    below.merge(layer)

    assert dict(layer) == dict(below) == {"a": 1}


def test_two_layers_that_remove_the_same_row_merge_both() -> None:
    below = _table(a=1)
    layers = [below.layer(), below.layer()]
    for layer in layers:
        del layer["a"]

    for layer in layers:
        below.merge(layer)

    assert dict(below) == {}
