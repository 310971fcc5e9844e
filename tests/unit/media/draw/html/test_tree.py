import pytest

from clipmill.media.draw.html.tree import MOST_CHARACTERS, MOST_DEPTH, MOST_NODES, MOST_WITH_PICTURES, Node, read_tree


def _shape(node: Node) -> str:
    inner = "".join(child if isinstance(child, str) else _shape(child) for child in node.children)
    return f"<{node.tag}>{inner}</{node.tag}>"


@pytest.mark.parametrize(
    ("html", "shape"),
    [
        ("a &amp; &lt;b&gt; &#8364;", "a & <b> €"),
        ("<b>x<i>y</b>z", "<b>x<i>y</i></b>z"),
        ("x</b>y", "xy"),
        ("<p>a<p>b<div>c</div>", "<p>a</p><p>b</p><div>c</div>"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("a<br>b<br/>c", "a<br></br>b<br></br>c"),
        ("<del>x</del><section>y</section>", "<del>x</del><section>y</section>"),
        ("<!-- x --><B>y</B><!DOCTYPE html><![CDATA[z]]>", "<b>y</b>"),
        ("a < b", "a < b"),
    ],
)
def test_html_becomes_a_tree(html: str, shape: str) -> None:
    assert _shape(read_tree(html).root) == f"<div>{shape}</div>"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<script>x</script>", "contains <script>"), ("<IFRAME src=x>", "contains <iframe>"),
        ("<link rel=stylesheet href=x>", "contains <link>"), ("<b onclick=x>", "event attribute onclick"),
        ("<a href=' javascript:x'>", "javascript:x"), ("<b style='color:url(//x)'>", "url("),
        ("<template><script>", "contains <script>"), ("<svg><rect>", "<svg> without </svg>"),
        ("x" * (MOST_CHARACTERS + 1), "at most 200,000"), ("<b>" * (MOST_DEPTH + 2), "nested deeper"),
        ("<br>" * (MOST_NODES + 1), "more than"),
    ],
)  # fmt: skip
def test_what_runs_loads_or_explodes_is_refused_by_its_name(html: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"html|not allowed") as caught:
        read_tree(html)
    assert said in str(caught.value)


def test_the_source_of_a_drawing_is_kept_as_it_was_written() -> None:
    html = 'a<p>\n<svg viewBox="0 0 1 1"><linearGradient/><svg/></svg> b</p><svg/>'
    root = read_tree(html).root
    drawings = [node.source for node in root.walk() if node.tag == "svg"]
    assert drawings == ['<svg viewBox="0 0 1 1"><linearGradient/><svg/></svg>', "<svg/>"]


def test_unknown_tags_and_attributes_are_listed_and_their_words_kept() -> None:
    tree = read_tree("<meter rules=all data-x=1 title=t>x</meter><b style='display:ruby'>")
    assert tree.unsupported[:2] == (
        "the attribute rules of <meter> is not followed; use its style",
        "<meter> is not drawn; its content is",
    )
    assert [told.split(";")[0] for told in tree.unsupported[2:]] == ["display: ruby is not drawn"]
    assert "x" in _shape(tree.root)


@pytest.mark.parametrize("begun", ["<img ", "<a a='", "<div style='", "</b "])
def test_tags_that_are_never_closed_take_no_time(begun: str) -> None:
    with pytest.raises(ValueError, match="tags without their >"):
        read_tree(begun * (MOST_CHARACTERS // len(begun)))


def test_a_few_loose_brackets_are_text() -> None:
    read_tree("1 < 2 <b and a <b>bold</b> word <i")


@pytest.mark.parametrize(
    ("html", "told"),
    [("<marquee>a</marquee>", "<marquee> is not drawn; its content is"),
     ("a<area>b", "<area> is not drawn")],
)  # fmt: skip
def test_a_tag_that_is_not_drawn_is_told_once_with_what_becomes_of_it(html: str, told: str) -> None:
    assert read_tree(html).unsupported == (told,)


@pytest.mark.parametrize(
    ("html", "shape"),
    [("<table><tr><td>a<td>b<tr><th>c</table>d", "table(tr(td(a)td(b))tr(th(c)))d"),
     ("<table><thead><tr><td>a<tbody><tr><td>b</table>", "table(thead(tr(td(a)))tbody(tr(td(b))))"),
     ("<table><tr><td><table><tr><td>a</table>b</table>", "table(tr(td(table(tr(td(a)))b)))"),
     ("<dl><dt>a<dd>b<dt>c</dl>", "dl(dt(a)dd(b)dt(c))"), ("<p>a<table></table>", "p(a)table()")],
)  # fmt: skip
def test_cells_and_rows_end_those_before_them(html: str, shape: str) -> None:
    def shown(node: Node | str) -> str:
        return node if isinstance(node, str) else f"{node.tag}({''.join(map(shown, node.children))})"

    assert shown(read_tree(html).root) == f"div({shape})"


def test_pictures_written_into_a_text_are_not_counted_with_its_characters() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * 300_000}">'
    assert [node.tag for node in read_tree(picture).root.walk()] == ["div", "img"]
    with pytest.raises(ValueError, match="with the pictures in it"):
        read_tree(picture * (MOST_WITH_PICTURES // 300_000 + 1))


@pytest.mark.parametrize("begun", ["<!--", "<![CDATA[", "<![if ", "<!x", "<?", "</"])
def test_what_begins_a_declaration_and_never_ends_is_a_plain_sign(begun: str) -> None:
    root = read_tree(f"<b>a</b><!-- c -->{begun * 1000}").root
    assert root.children[1:] == [begun * 1000]


def test_a_number_of_thousands_of_digits_is_no_character() -> None:
    assert read_tree(f"<b>&#{'1' * 5000};&#{'0' * 5000}65;</b>").root.walk()
