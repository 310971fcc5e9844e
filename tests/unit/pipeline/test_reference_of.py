import pytest

from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row
from clipmill.domain.template import Template, VerifyLimits
from clipmill.pipeline.importing import reference_of

PICTURE = f"asset:{'a' * 64}.png"


@pytest.mark.parametrize(
    ("field", "values", "reference"),
    [("image", {"image": PICTURE}, PICTURE), ("image", {"image": None}, ""), ("image", {"image": ""}, ""),
     ("image", {}, ""), ("", {"image": PICTURE}, "")],
)  # fmt: skip
def test_a_row_without_the_picture_is_compared_with_nothing(
    field: str, values: dict[str, str | None], reference: str
) -> None:
    template = Template(name="t", version="v", engine="e", contract=(), body={}, output_name="n",
                        verify=VerifyLimits(reference=field))  # fmt: skip
    checked = Checked(row=Row(1, {}, 2), values=values)
    assert reference_of(template, checked) == reference
