from fractions import Fraction

from clipmill.domain.timeline.clip import ClipFacts


def test_facts_survive_json() -> None:
    facts = ClipFacts(seconds=1.5, fps="30000/1001", has_video=True, delays=(0.1, 0.2))
    assert ClipFacts.from_dict({**facts.as_dict(), "delays": [0.1, 0.2]}) == facts
    assert (facts.rate, ClipFacts().rate) == (Fraction(30000, 1001), None)
