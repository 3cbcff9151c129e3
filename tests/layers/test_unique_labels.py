"""Labels and names told apart: the first keeps its own, no number makes a label that is there already."""

import pytest

from layers.unique_labels import free_name, unique_labels


@pytest.mark.parametrize(
    ("labels", "taken", "told"),
    [
        (["屋根", "森"], (), ["屋根", "森"]),
        (["屋根", "森", "屋根", "屋根"], (), ["屋根", "森", "屋根（2）", "屋根（3）"]),
        # What stands as it is keeps its words, wherever it stands.
        (["屋根", "屋根", "屋根（2）"], (), ["屋根", "屋根（3）", "屋根（2）"]),
        (["屋根（2）", "屋根（2）"], (), ["屋根（2）", "屋根（2）（2）"]),
        # The list's own choices are no label of anything else.
        (["今の前提", "森", "今の前提"], ("今の前提", "別の"), ["今の前提（2）", "森", "今の前提（3）"]),
        (["今の前提"], ("今の前提", "今の前提（2）"), ["今の前提（3）"]),
        ([], ("今の前提",), []),
        (["", ""], (), ["", "（2）"]),
    ],
)
def test_no_two_labels_are_alike(labels, taken, told):
    found = unique_labels({str(number): label for number, label in enumerate(labels)}, "ja", taken=taken)
    assert list(found) == [str(number) for number in range(len(labels))]
    assert list(found.values()) == told


def test_the_number_is_written_as_the_language_writes_it():
    assert unique_labels({"a": "Roofs", "b": "Roofs"}, "en") == {"a": "Roofs", "b": "Roofs (2)"}


@pytest.mark.parametrize(
    ("name", "taken", "longest", "told"),
    [
        ("屋根", {"森"}, 10, "屋根"),
        ("屋根", {"屋根"}, 10, "屋根（2）"),
        ("屋根", {"屋根", "屋根（2）", "屋根（3）"}, 10, "屋根（4）"),
        # As long as a name may be: the number takes the place of its last letters.
        ("あいうえお", {"あいうえお"}, 5, "あい（2）"),
        ("あい うえお", {"あい うえお"}, 6, "あい（2）"),
        ("あいうえお", {"あいうえお", "あい（2）"}, 5, "あい（3）"),
        ("あいうえお", {"あい（2）"}, 5, "あいうえお"),
    ],
)
def test_a_name_that_is_taken_gets_a_number_within_the_longest(name, taken, longest, told):
    assert free_name(name, taken, "ja", longest=longest) == told
