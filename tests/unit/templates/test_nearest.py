"""Suggestions."""

from clipmill.templates.nearest import closest, hint_for


def test_the_closest_word_is_found_whatever_its_case() -> None:
    assert closest("Titel", ["title", "sku"]) == "title"
    assert closest("TITLE", ["Title"]) == "Title"
    assert closest("xyz", ["title"]) is None


def test_hints_list_what_there_is() -> None:
    assert hint_for("maxlength", ["max_length", "kind"]) == "Did you mean max_length? Allowed: kind, max_length."
    assert hint_for("x", []) == "Nothing is allowed here."
    assert hint_for("x", [f"field{n:02}" for n in range(30)]).endswith("field19, ….")
