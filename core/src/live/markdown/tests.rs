//! What becomes of HTML, and that a reader of the Markdown sees what a reader of the page sees.

use proptest::prelude::*;

use super::*;
use crate::document::Plain;
use crate::live::html::pieces;
use crate::live::nesting::nested;
use crate::live::page::article;

const SITE: &str = "https://kb.example.com";

fn made(html: &str) -> String {
    written(&nested(&pieces(html)), &Base::of(SITE), Reader::Comparison).text
}

#[track_caller]
fn becomes(html: &str, markdown: &str) {
    assert_eq!(made(html).trim_end(), markdown, "{html}");
}

/// What a reader sees of a Markdown text, word by word, and where its links lead.
fn seen(markdown: &str) -> (Vec<String>, Vec<String>) {
    let plain = Plain::parse("kb.md", markdown.as_bytes()).unwrap();
    let words = plain.shown().split_whitespace().map(str::to_owned).collect();
    (words, plain.links().iter().map(|it| it.target.clone()).collect())
}

#[test]
fn the_highest_heading_gets_level_2() {
    becomes("<h1>A</h1><h2>B</h2><h3>C</h3>", "## A\n\n## B\n\n### C");
    becomes("<h3>A</h3><p>b<h4>C #</h4>", "## A\n\nb\n\n### C \\#");
}

#[test]
fn paragraphs_and_breaks_are_kept_and_blanks_are_not() {
    becomes("<div> a\n  b </div><p></p><p>c<br>d<br/><br>e</p>f", "a b\n\nc\\\nd\\\ne\n\nf");
    becomes("a&nbsp;b\u{200b}c", "a\u{a0}bc");
    becomes("<strong>bold </strong>text, <em>c</em>d", "bold text, cd");
}

#[test]
fn lists_nest_and_count() {
    becomes(
        "<ul><li>a<li>b<ol start=3><li>c</li><li><p>d</p><p>e</p></li></ol></li></ul>f",
        "- a\n- b\n\n  3. c\n  4. d\n\n     e\n\nf",
    );
    becomes("<ul><li>a<ul><li>b</li></ul></li></ul><blockquote>c<p>d</blockquote>", "- a\n  - b\n\n> c\n>\n> d");
    becomes("<li>a</li></ul></li>b", "- a\n\nb");
}

#[test]
fn tables_are_as_wide_as_their_widest_row() {
    becomes(
        "<table><caption>T</caption><tr><th>a<th>b<tr><td><p>1</p><ul><li>2</ul><td>x|y<td><code>z</code></table>c",
        "T\n\n| a | b |  |\n| --- | --- | --- |\n| 1 <ul> <li>2</li> </ul> | x\\|y | `z` |\n\nc",
    );
    becomes("<table><tr><td>a<table><tr><td>b</td></tr></table>c</td></tr></table>", "| a b c |\n| --- |");
}

#[test]
fn code_is_as_it_is() {
    becomes("<pre><code>\na  b\n\n`c` &lt;d&gt;\n</code></pre>", "```\na  b\n\n`c` <d>\n```");
    becomes("<p>run <code>a_b *c*</code> or <kbd>`</kbd><kbd>x</kbd></p>", "run `a_b *c*` or `` ` ``<!-- -->`x`");
}

#[test]
fn links_and_images_lead_where_they_led() {
    becomes(
        "<a href='/hc/a b(1)'>x</a> <a href=\"https://e.org/?a=1&amp;copy=2\">y</a>",
        "[x](<https://kb.example.com/hc/a%20b(1)>) [y](https://e.org/?a=1\\&copy=2)",
    );
    becomes(
        "<a href=https://e.org/x_y>https://e.org/x_y</a><a href='javascript:x'>z</a><a name=n>w</a>",
        "<https://e.org/x_y>zw",
    );
    becomes("<a href=//e.org/><p>a</p><p>b</p></a>c", "[a](https://e.org/)\n\n[b](https://e.org/)\n\nc");
    becomes(
        "<img src=/i.png alt='a [b]'><iframe src=https://v.org/1>no</iframe>",
        "![a \\[b\\]](https://kb.example.com/i.png) <https://v.org/1>",
    );
    assert!(made("<img src='data:image/png;base64,AAAA'>").starts_with("![](data:,sha256-"));
}

#[test]
fn what_a_browser_does_not_show_is_not_there() {
    becomes("<head><title>t</title><p>a<template>d<template></template>e</template><!-- f -->g", "ag");
}

#[test]
fn what_is_hidden_ends_with_its_own_end_and_no_other() {
    becomes("a<template>b<p>c</p>d<i>e</i>f</template>g", "ag");
    becomes("<head><title>t</title><style>s</style></head>a", "a");
}

#[test]
fn what_comes_behind_a_block_is_no_part_of_it() {
    becomes("a<hr>b", "a\n\nb");
    becomes("<blockquote>a</blockquote>b", "> a\n\nb");
    becomes("<ul><li>a</li>b</ul>", "- a\n\nb");
    becomes("<pre>a <a href=/x>b</a> <i>c</i></pre>d", "```\na b c\n```\n\nd");
    becomes("<ac:plain-text-body><![CDATA[a]]></ac:plain-text-body><p><![CDATA[b]]>c</p>", "```\na\n```\n\nc");
}

#[test]
fn code_is_written_so_that_it_is_read_as_code() {
    becomes("<code>a</code><code>b</code>", "`a`<!-- -->`b`");
    becomes("<code>`a</code> <code>b`</code>", "`` `a `` `` b` ``");
    becomes("<code>a|b</code> <code>a]</code>", "<code>a\\|b</code> `a]`");
    becomes("<a href=/x><code>a]</code></a>", "[<code>a\\]</code>](https://kb.example.com/x)");
}

#[test]
fn only_what_would_be_read_as_something_else_is_escaped() {
    becomes("Wow!<a href=/x>b</a>", "Wow\\![b](https://kb.example.com/x)");
    becomes("<a href='/x?a&=1&amp;copy'>b</a>", "[b](https://kb.example.com/x?a&=1\\&copy)");
    becomes("2 apples<p>.a<p>2. a<p>b\tc", "2 apples\n\n.a\n\n2\\. a\n\nb c");
}

#[test]
fn a_heading_and_a_cell_are_one_line() {
    becomes("<h2>a<br>b</h2>", "## a b");
    becomes("<table><tr><th>a<br>b</table>", "| a b |\n| --- |");
}

#[test]
fn what_is_nested_deeper_than_anybody_writes_is_as_deep_as_the_limit() {
    let deep = made(&format!("{}a", "<blockquote>".repeat(2 * DEEPEST + 5)));
    assert_eq!(deep.matches('>').count(), 2 * DEEPEST, "{deep}");
}

#[test]
fn the_storage_format_of_a_wiki_is_read() {
    becomes(
        "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">sh</ac:parameter>\
         <ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body></ac:structured-macro>\
         <ac:structured-macro ac:name=\"info\"><ac:parameter ac:name=\"title\">Mind</ac:parameter>\
         <ac:rich-text-body><p>it</p></ac:rich-text-body></ac:structured-macro>\
         <p><ac:link><ri:page ri:content-title=\"Other page\" /></ac:link> and <ac:link><ri:page ri:content-title=\"B\"/>\
         <ac:plain-text-link-body><![CDATA[this]]></ac:plain-text-link-body></ac:link></p>\
         <ac:image><ri:attachment ri:filename=\"a.png\" /></ac:image>",
        "```\na < b\n```\n\n<ac-structured-macro ac:name=\"info\">\n\n<ac-parameter ac:name=\"title\">Mind</ac-parameter>\n\nit\n\n\
         </ac-structured-macro>\n\n[Other page](confluence:Other%20page) and [this](confluence:B)\n\n![](confluence:a.png)",
    );
}

#[test]
fn of_a_page_the_article_counts() {
    let page = |html: &str| {
        written(&article(&nested(&pieces(html))), &Base::of(SITE), Reader::Comparison).text.trim_end().to_owned()
    };
    assert_eq!(page("<nav>n</nav><main><header>a</header></main><footer>f</footer>"), "a");
    assert_eq!(page("<div>x</div><article>a<nav>b</nav></article>y"), "a\n\nb");
    assert_eq!(page("<header>h</header><article>a</article><article>b</article><aside>c</aside>"), "a\n\nb");
    assert_eq!(page("<body><nav>n"), "");
}

#[test]
fn what_looks_like_markdown_is_text() {
    for text in [
        "# a",
        "- a",
        "1. a",
        "1) a",
        "+ a",
        "* a",
        "> a",
        "=== ",
        "---",
        "```",
        "~~~",
        "| a |",
        "a | b",
        ":--",
        "+++",
        "[a]: b",
        "&amp;",
        "!",
        "_a_",
        "a_b_",
        "\\",
        "<b>",
        "<!-- a -->",
        "https://e.org",
        "1986\\. x",
    ] {
        let html: String = text.chars().map(|c| format!("&#{};", u32::from(c))).collect();
        for html in [
            format!("<p>{html}"),
            format!("x<br>{html}<br>{html}"),
            format!("<h2>{html}"),
            format!("<table><tr><td>{html}"),
            format!("<ul><li>{html}"),
        ] {
            let words: Vec<&str> = text.split_whitespace().collect();
            let shown = seen(&made(&html)).0;
            assert!(shown.ends_with(&words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()), "{html}: {shown:?}");
        }
    }
}

/// A piece of a page: its HTML, and the words that a browser shows of it.
fn piece() -> impl Strategy<Value = (String, String)> {
    let text = "[ a-c0-9#*_`|<>&!\\[\\]()+=~:.;\\\\-]{1,8}".prop_map(|it| {
        let html = it.replace('&', "&amp;").replace('<', "&lt;");
        (html, it)
    });
    let blocks = ["p", "div", "h2", "h4", "ul", "li", "ol", "blockquote", "table", "tr", "td", "br", "hr"];
    let inline = ["b", "code", "a href=x", "kbd", "span", "a href='https://e.org/'"];
    let tag = |names: Vec<&'static str>, shown: &'static str| {
        (prop::sample::select(names), any::<bool>()).prop_map(move |(name, closes)| {
            let bare = name.split(' ').next().unwrap().to_owned();
            let html = if closes && bare != "br" { format!("</{bare}>") } else { format!("<{name}>") };
            (html, shown.to_owned())
        })
    };
    prop_oneof![4 => text, 3 => tag(blocks.to_vec(), " "), 2 => tag(inline.to_vec(), "")]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reader_sees_the_same_words(pieces in prop::collection::vec(piece(), 0..24)) {
        let html: String = pieces.iter().map(|it| it.0.as_str()).collect();
        let wanted: String = pieces.iter().map(|it| it.1.as_str()).collect();
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        // What stands in a table and in no cell is shown before it, so only the words count, not their order.
        let (mut shown, mut wanted) = (seen(&made(&html)).0.concat().chars().collect::<Vec<_>>(), wanted.concat().chars().collect::<Vec<_>>());
        if html.contains("<table") {
            shown.sort_unstable();
            wanted.sort_unstable();
        }
        prop_assert_eq!(shown, wanted, "{}\n{}", html, made(&html));
    }

    #[test]
    fn no_text_is_too_odd(html in ".{0,60}") {
        let markdown = made(&html);
        prop_assert!(Plain::parse("kb.md", markdown.as_bytes()).is_ok());
    }
}
