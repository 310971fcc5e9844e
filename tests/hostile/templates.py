"""Templates that mean harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.hostile.case import ROWS, Corpus, body, render, render_yaml, table, template, text

CASES = Corpus()
_MB = 1_000_000


def _shown(value: str, folder: Path, verb: str = "check", **fields: Any) -> list[str]:
    """A template whose one text is this."""
    return table(folder, ROWS, verb=verb, **{"payload": body(text(text=value)), **fields})


@CASES.case("389 bytes that become 7.7 GB")
def chained_replace(folder: Path) -> list[str]:
    chain = "".join("|replace:'a','aaaaaaaaaa'" for _ in range(10))
    return _shown("{{none|default:'a'" + chain + "}}", folder, variables={"none": ""})


@CASES.case("the same over a title")
def chained_replace_of_a_title(folder: Path) -> list[str]:
    chain = "".join("|replace:'n','nnnnnnnnnnnnnnnn'" for _ in range(9))
    return _shown("{{title" + chain + "}}", folder)


@CASES.case("one kilobyte that becomes 16 GB")
def doubling_variables(folder: Path) -> list[str]:
    variables = {"v0": "aaaaaaaaaaaaaaaa", **{f"v{n}": f"{{{{v{n - 1}}}}}" * 2 for n in range(1, 31)}}
    return _shown("{{v30}}", folder, variables=variables)


@CASES.case("the same with ten times ten")
def multiplying_variables(folder: Path) -> list[str]:
    variables = {"v0": "0123456789", **{f"v{n}": f"{{{{v{n - 1}}}}}" * 10 for n in range(1, 10)}}
    return render(folder, {**body(text(text="{{v9}}")), "variables": variables})


@CASES.case("variables that name themselves")
def circular_variables(folder: Path) -> list[str]:
    return _shown("{{a}}", folder, variables={"a": "{{b}}{{b}}", "b": "{{a}}{{a}}"})


@CASES.case("a million elements from ten lines")
def nested_iterate(folder: Path) -> list[str]:
    element: dict[str, Any] = text(text="{{a}}")
    variables = {f"list{n}": list(range(100)) for n in range(4)}
    for number in range(4):
        element = (
            {"iterate": f"list{number}", "iterateAs": f"i{number}", **element}
            if number == 0
            else {
                "type": "TEXT",
                "text": "a",
                "iterate": f"list{number}",
                "iterateAs": f"i{number}",
                "words": [element],
            }
        )
    return render(folder, {**body(element), "variables": variables})


@CASES.case("a million elements from scenes in scenes")
def iterate_over_scenes(folder: Path) -> list[str]:
    scene = {"duration": 0.2, "iterate": "all", "iterateAs": "s",
             "visuals": [text(iterate="all", iterateAs="v", text="{{v}}{{s}}")]}  # fmt: skip
    return render(folder, {"width": 64, "height": 64, "scenes": [scene], "variables": {"all": list(range(1500))}})


@CASES.case("iterate over a number, a text, itself")
def iterate_over_nothing(folder: Path) -> list[str]:
    return render(folder, {**body(text(iterate="n", iterateAs="n"), text(iterate="x.y.z"), text(iterate=5)),
                           "variables": {"n": "abc", "x": {"y": 3}}})  # fmt: skip


_HEAD = "width: 64\nheight: 64\nduration: 0.4\n"


@CASES.case("a billion laughs in YAML")
def yaml_aliases(folder: Path) -> list[str]:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return render_yaml(folder, _HEAD + "\n".join(lines) + "\nvisuals: *a9\n")


@CASES.case("the same with merge keys")
def yaml_merges(folder: Path) -> list[str]:
    lines = ["a0: &a0 {" + ", ".join(f"k{n}: {n}" for n in range(60)) + "}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 9)]
    return render_yaml(folder, _HEAD + "\n".join(lines) + "\nvisuals: []\n")


@CASES.case("one merge key with thousands of mappings")
def yaml_wide_merge(folder: Path) -> list[str]:
    wide = "a: &a {" + ", ".join(f"k{n}: {n}" for n in range(2000)) + "}\n"
    return render_yaml(folder, _HEAD + wide + "b:\n  <<: [" + ", ".join(["*a"] * 4000) + "]\n")


@CASES.case("go deeper than the stack")
def yaml_deep(folder: Path) -> list[str]:
    return render_yaml(folder, _HEAD + "a: " + "[" * 50_000 + "]" * 50_000 + "\n")


@CASES.case("go deep by indentation")
def yaml_deep_by_lines(folder: Path) -> list[str]:
    return render_yaml(folder, _HEAD + "".join(" " * n + "a:\n" for n in range(1500)))


@CASES.case("a list of a million things")
def yaml_long_list(folder: Path) -> list[str]:
    return render_yaml(folder, _HEAD + "visuals:\n" + "- a\n" * _MB)


@CASES.case("the same in one line")
def yaml_long_flow(folder: Path) -> list[str]:
    return render_yaml(folder, _HEAD + "visuals: [" + "a," * _MB + "]\n")


@CASES.case("be built into an object of Python")
def yaml_tags(folder: Path) -> list[str]:
    return render_yaml(folder, _HEAD + 'a: !!python/object/apply:os.system ["touch owned"]\n')


@CASES.case("a key that is a mapping", says="error")
def yaml_mapping_as_key(folder: Path) -> list[str]:
    return render_yaml(folder, _HEAD + "{? [a] : 1}\n")


@CASES.case("a key that is a list")
def yaml_list_as_key(folder: Path) -> list[str]:
    (folder / "small").mkdir()
    (folder / "small" / "template.yaml").write_text("{? [a] : 1}")
    (folder / "rows.csv").write_text(ROWS)
    return ["check", "rows.csv", "-t", "small"]


@CASES.case("keys of every other kind")
def yaml_odd_keys(folder: Path) -> list[str]:
    return render_yaml(
        folder, _HEAD + "? {a: b}\n: 1\n1: 2\n2020-01-01: 3\n.nan: 4\nnull: 5\n!!binary aGk=: 6\n? |\n  x\n: 7\n"
    )


@CASES.case("a number that takes minutes")
def yaml_big_numbers(folder: Path) -> list[str]:
    return render_yaml(
        folder, _HEAD + "a: " + "9" * 500_000 + "\nb: " + "1:" * 200_000 + "1\nc: 0x" + "f" * 200_000 + "\n"
    )


@CASES.case("an anchor that holds itself")
def yaml_of_itself(folder: Path) -> list[str]:
    return render_yaml(folder, _HEAD + "visuals: &a [*a]\n")


@CASES.case("many documents")
def yaml_documents(folder: Path) -> list[str]:
    return render_yaml(folder, "---\na: 1\n" * 100_000)


@CASES.case("a megabyte of opening marks")
def open_placeholders(folder: Path) -> list[str]:
    return _shown("{{" * 500_000, folder)


@CASES.case("a megabyte of filters")
def many_filters(folder: Path) -> list[str]:
    return _shown("{{title" + "|upper" * 150_000 + "}}", folder)


@CASES.case("arithmetic as deep as the stack")
def deep_arithmetic(folder: Path) -> list[str]:
    return _shown("{{" + "(" * 20_000 + "1" + ")" * 20_000 + "}}", folder)


@CASES.case("a power that fills memory")
def big_arithmetic(folder: Path) -> list[str]:
    return _shown("{{" + "*".join(["999999999999"] * 5000) + "}}{{9 ** 9 ** 9}}{{sku * 99999999999}}", folder)


@CASES.case("filters asked for as much as there is")
def filters_with_big_numbers(folder: Path) -> list[str]:
    many = (
        "truncate:999999999999",
        "pad:99999999999",
        "repeat:999999999",
        "money:'EUR',99999999",
        "number:999999999",
        "date:'" + "%Y" * 50_000 + "'",
        "replace:'','" + "x" * 10_000 + "'",
        "split:''",
        "join:','",
        "slice:0,-1",
    )
    return _shown(" ".join("{{title|" + each + "}}" for each in many), folder)


@CASES.case("a condition of a megabyte")
def long_condition(folder: Path) -> list[str]:
    return table(folder, ROWS, payload=body(text(condition="title == 'a' || " * 60_000 + "1")))


@CASES.case("a condition as deep as the stack")
def deep_condition(folder: Path) -> list[str]:
    return table(folder, ROWS, payload=body(text(condition="!" * 100_000 + "title"), text(condition="(" * 50_000)))


@CASES.case("a pattern that goes back for ever")
def pattern_of_a_field(folder: Path) -> list[str]:
    contract = {"sku": {"kind": "text", "pattern": "(a+)+$"}, "title": {"kind": "text"}}
    return table(folder, "sku,title\n" + "a" * 40 + "!,b\n", contract=contract)


@CASES.case("ten thousand fields")
def wide_contract(folder: Path) -> list[str]:
    return table(folder, ROWS, contract={f"f{n}": {"kind": "text"} for n in range(10_000)})


@CASES.case("a name as long as a book")
def long_names(folder: Path) -> list[str]:
    return table(folder, ROWS, output={"name": "{{title}}" * 20_000 + ".mp4"})


@CASES.case("names outside of the folder")
def output_that_climbs(folder: Path) -> list[str]:
    return table(folder, ROWS, verb="run", output={"name": "../../{{sku}}/../\0x.mp4"})


@CASES.case("a payload from elsewhere")
def payload_elsewhere(folder: Path) -> list[str]:
    return table(folder, ROWS, payload="../../../../etc/passwd")


@CASES.case("a payload that is a link out of the folder")
def payload_by_a_link(folder: Path) -> list[str]:
    made = template(folder, payload="project.yaml")
    (made / "project.yaml").symlink_to("/etc/passwd")
    (folder / "rows.csv").write_text(ROWS)
    return ["check", "rows.csv", "-t", "small"]


@CASES.case("JSON as deep as the stack")
def json_deep(folder: Path) -> list[str]:
    return render(folder, "[" * 200_000 + "]" * 200_000)


@CASES.case("20 MB of JSON")
def json_big(folder: Path) -> list[str]:
    return render(folder, json.dumps({**body(), "designer": ["a" * 100] * 200_000}))


@CASES.case("fallbacks and choices of a megabyte each")
def big_fallbacks(folder: Path) -> list[str]:
    contract = {
        "sku": {"kind": "text", "fallback": "x" * _MB},
        "title": {"kind": "enum", "choices": ["y" * 1000] * 1000},
    }
    return table(folder, ROWS, contract=contract)
