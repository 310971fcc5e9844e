"""Facts as a value."""

import json

from clipmill.domain.media import MediaKind
from clipmill.media.facts.facts import Facts


def test_facts_survive_json() -> None:
    facts = Facts(kind=MediaKind.VIDEO, suffix=".mp4", width=64, height=48, fps="30000/1001", rotation=90)
    assert Facts.from_dict(json.loads(json.dumps(facts.as_dict()))) == facts
