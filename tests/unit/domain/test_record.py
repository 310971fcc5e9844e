"""What a record says of its row."""

from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Finding, Ruling, Verdict


def test_what_was_known_beforehand_is_not_said_twice() -> None:
    cut, new = "visuals[0]: 'Long' was cut off", "a clip ended early"
    verdict = Verdict((Finding("cut_text", Ruling.REVIEW, cut), Finding("drawing", Ruling.REVIEW, new)))
    record = RowRecord(
        row_id=1, number=2, line=3, state=RowState.REVIEW, fields={}, warnings=(f"B.mp4: {cut}",), verdict=verdict
    )
    assert record.every_warning == (f"B.mp4: {cut}", new)
