//! Pairs of articles: those that say the same to a reader, and those that do not although they look alike to a careless one.

use proptest::prelude::*;

use super::*;

const ADDRESS: &str = "https://kb.example.com/a/4711";

/// An article as a knowledge base has it.
fn html(text: &str) -> Html {
    Html::new(html::pieces(text), Base::of(ADDRESS))
}

/// What a person signs who has looked at every TODO of what was fetched.
fn copy(html: &Html) -> String {
    written(&html.pieces, &html.base, Reader::Comparison).text
}

/// How a live article differs from the copy that was fetched from `signed`, which must be equal to its own original.
#[track_caller]
fn other(signed: &str, live: &str) -> Option<String> {
    let (signed, live) = (html(signed), html(live));
    let copy = copy(&signed);
    assert_eq!(difference(&signed.tokens_of(&copy), &signed.tokens()), None, "{copy}");
    if signed.left.is_empty() {
        assert!(!signed.markdown.contains("TODO"), "{}", signed.markdown);
    } else {
        assert!(signed.markdown.contains("TODO"), "{}", signed.markdown);
    }
    difference(&live.tokens_of(&copy), &live.tokens())
}

/// Pairs that say the same.
const BENIGN: &[(&str, &str)] = &[
    ("<p>a b</p>", "<p>\n  a\n  b\n</p>\n"),
    ("<p>a</p><p>b</p>", "<p>a<p>b"),
    ("<p class=x id=y>a</p>", "<p id=z class='w v'>a</p>"),
    ("<img src=/i.png alt=b>", "<img alt='b' src=\"/i.png\" class=c width=40 loading=lazy>"),
    ("<div><div><p>a</p></div></div>", "<p>a</p>"),
    ("<p><span>a</span> <span lang=en>b</span></p>", "<p>a b</p>"),
    ("<p>a <b>b</b> <i>c</i></p>", "<p>a <strong>b</strong> <em>c</em></p>"),
    ("<p>a &amp; b &lt; c &eacute;</p>", "<p>a &#38; b &#x3c; c é</p>"),
    ("<p>a<!-- b -->c</p>", "<p>ac</p>"),
    ("<ul><li>a</li><li>b</li></ul>", "<ul>\n<li>a\n<li><p>b</p>\n</ul>"),
    ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul><li>a</li><ul><li>b</li></ul></ul>"),
    ("<ol><li>a</li></ol>", "<ol start=1 type=1><li value=1 style='list-style-type: decimal'>a</li></ol>"),
    (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
        "<table class=c><colgroup><col width=3></colgroup><thead><tr><th>a<th>b</thead><tbody><tr><td><p>1</p><td colspan=1>2</tbody></table>",
    ),
    ("<table><tr><td>a</td><td></td></tr></table>", "<table><tr><td>a</td></tr></table>"),
    ("<pre><code>a\n  b\n</code></pre>", "<pre class=sh>\na  \n  b</pre>"),
    ("<pre>a <span class=k>b</span></pre>", "<pre><code class=language-sh><span>a</span> b</code></pre>"),
    ("<a href=/x>a</a>", "<a target=_blank rel=noopener href='https://kb.example.com/x' title=t>a</a>"),
    ("<p style='color:#333'>a</p>", "<p style='margin: 0; font-family: Arial'>a</p>"),
    ("<h1>a</h1><h2>b</h2>", "<h2>a</h2><h2>b</h2>"),
    ("<h3>a</h3><h4>b</h4>", "<h2>a</h2><h3>b</h3>"),
    ("<p>a<s>b c</s></p>", "<p>a<del>b </del><strike>c</strike></p>"),
    ("<p>a&nbsp;b\u{200b}c</p>", "<p>a b&shy;c</p>"),
    (
        "<ac:layout><ac:layout-section ac:type='single'><ac:layout-cell><p>a</p></ac:layout-cell></ac:layout-section></ac:layout>",
        "<p>a</p>",
    ),
    (
        "<ac:structured-macro ac:name='code' ac:macro-id='1'><ac:parameter ac:name='language'>sh</ac:parameter><ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body></ac:structured-macro>",
        "<pre>a &lt; b</pre>",
    ),
    ("<p>a <time datetime='2026-12-01' /> b</p>", "<p>a <time datetime='2026-12-01'></time>b</p>"),
    ("<p>a</p>", "<p>a</p><ac:structured-macro ac:name='toc' />"),
    ("<code>a b</code>", "<kbd>a b</kbd>"),
    (
        "<ul><li><input type=checkbox checked disabled>a</li></ul>",
        "<ul class=tasks><li><label><input checked type='checkbox'/> a</label></li></ul>",
    ),
    ("<p>x<sup>2</sup></p>", "<p>x<span style='vertical-align: super; font-size: 60%'>2</span></p>"),
    ("<h2>a</h2><h3></h3><p></p><ul></ul>", "<h2>a</h2>"),
];

/// Pairs that do not.
const HOSTILE: &[(&str, &str)] = &[
    ("<p>Do not delete</p>", "<p>Do <s>not</s> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <del>not</del> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <strike>not</strike> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <span style='text-decoration:line-through'>not</span> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <ins>not</ins> delete</p>"),
    ("<p>Do <s>not</s> delete</p>", "<p>Do not delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <span hidden>not</span> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <span style='display: none'>not</span> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <span style='visibility:hidden'>not</span> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <span style='font-size:0'>not</span> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <font color=white>not</font> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <span style='color:#fff'>not</span> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <span style='position:absolute;left:-9999px'>not</span> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <span aria-hidden=true>not</span> delete</p>"),
    ("<p>Do not delete</p>", "<p>Do <!-- not --> delete</p>"),
    ("<ol><li>a</li><li>b</li></ol>", "<ol><li>a</li><li hidden>b</li></ol>"),
    ("<p>a</p><p>b</p>", "<p>a</p><details><p>b</p></details>"),
    ("<p>a</p><p>b</p>", "<p>a</p><dialog><p>b</p></dialog>"),
    ("<p>a</p><p>b</p>", "<p>a</p><template><p>b</p></template>"),
    ("<table><tr><td>a</td><td>✔</td><td></td></tr></table>", "<table><tr><td>a</td><td></td><td>✔</td></tr></table>"),
    (
        "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td></td></tr></table>",
        "<table><tr><td>a</td><td></td></tr><tr><td>b</td><td>1</td></tr></table>",
    ),
    ("<table><tr><td>a</td><td>1</td></tr></table>", "<table><tr><td colspan=2>a</td><td>1</td></tr></table>"),
    (
        "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td></tr></table>",
        "<table><tr><td rowspan=2>a</td><td>1</td></tr><tr><td>b</td></tr></table>",
    ),
    ("<table><tr><td>a</td></tr></table>", "<p>a</p>"),
    (
        "<table><tr><td><i class='fa fa-check'></i></td></tr></table>",
        "<table><tr><td><i class='fa fa-times'></i></td></tr></table>",
    ),
    ("<table><tr><td><img src=/yes.png></td></tr></table>", "<table><tr><td><img src=/no.png></td></tr></table>"),
    ("<p>by <time datetime='2026-12-01' /></p>", "<p>by <time datetime='2027-12-01' /></p>"),
    ("<p>x</p>", "<p>x <time datetime='2027-12-01' /></p>"),
    ("<p>a <ac:emoticon ac:name='tick' /></p>", "<p>a <ac:emoticon ac:name='cross' /></p>"),
    ("<p>a</p>", "<p>a <ac:emoticon ac:name='cross' /></p>"),
    (
        "<p><ac:structured-macro ac:name='jira'><ac:parameter ac:name='key'>A-1</ac:parameter></ac:structured-macro></p>",
        "<p><ac:structured-macro ac:name='jira'><ac:parameter ac:name='key'>A-2</ac:parameter></ac:structured-macro></p>",
    ),
    (
        "<ac:structured-macro ac:name='include'><ac:parameter ac:name=''><ac:link><ri:page ri:content-title='A' /></ac:link></ac:parameter></ac:structured-macro>",
        "<ac:structured-macro ac:name='include'><ac:parameter ac:name=''><ac:link><ri:page ri:content-title='B' /></ac:link></ac:parameter></ac:structured-macro>",
    ),
    (
        "<ac:structured-macro ac:name='warning'><ac:rich-text-body><p>a</p></ac:rich-text-body></ac:structured-macro>",
        "<ac:structured-macro ac:name='tip'><ac:rich-text-body><p>a</p></ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<p>a</p>",
        "<ac:structured-macro ac:name='warning'><ac:rich-text-body><p>a</p></ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<p><ac:structured-macro ac:name='status'><ac:parameter ac:name='colour'>Green</ac:parameter><ac:parameter ac:name='title'>OK</ac:parameter></ac:structured-macro></p>",
        "<p><ac:structured-macro ac:name='status'><ac:parameter ac:name='colour'>Red</ac:parameter><ac:parameter ac:name='title'>OK</ac:parameter></ac:structured-macro></p>",
    ),
    ("<pre>if a:\n    b\nc</pre>", "<pre>if a:\n    b\n    c</pre>"),
    ("<pre>a  b</pre>", "<pre>a b</pre>"),
    ("<pre>a\nb</pre>", "<pre>a b</pre>"),
    ("<pre>rm -rf x</pre>", "<pre>rm -rf\u{a0}x</pre>"),
    ("<pre>a</pre>", "<p>a</p>"),
    ("<code>a</code> b", "a <code>b</code>"),
    ("<ol><li>a</li><li>b</li></ol>", "<ol start=2><li>a</li><li>b</li></ol>"),
    ("<ol><li>a</li><li>b</li></ol>", "<ol><li>a</li><li value=3>b</li></ol>"),
    ("<ol><li>a</li><li>b</li></ol>", "<ol type=a><li>a</li><li>b</li></ol>"),
    ("<ol><li>a</li><li>b</li></ol>", "<ul><li>a</li><li>b</li></ul>"),
    ("<ol><li>a</li><li>b</li></ol>", "<ol><li>b</li><li>a</li></ol>"),
    ("<ol><li>a</li><li>b</li></ol>", "<ol><li>a</li></ol><ol><li>b</li></ol>"),
    ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
    ("<ul><li><input type=checkbox checked>a</li></ul>", "<ul><li><input type=checkbox>a</li></ul>"),
    ("<blockquote>a</blockquote>", "<p>a</p>"),
    ("<a href=/x>a</a>", "<a href=/y>a</a>"),
    ("<a href=/x>a</a>", "a"),
    ("<a href=/x>a</a> b", "a <a href=/x>b</a>"),
    ("<a href=/x>a</a>", "<a href='javascript:b()'>a</a>"),
    ("<img src=/i.png alt=a>", "<img src=/i.png alt=b>"),
    ("<img src=/i.png>", "<img src=/i.png srcset='/j.png 2x'>"),
    ("<img src='data:image/png;base64,AAAA'>", "<img src='data:image/png;base64,AAAB'>"),
    ("<img src=/i.png>", "<img src=/i.png hidden>"),
    ("<p>10<sup>6</sup></p>", "<p>106</p>"),
    ("<p>re boot</p>", "<p>reboot</p>"),
    ("<p>reboot</p>", "<p>re<br>boot</p>"),
    ("<h2>a</h2><p>b</p>", "<h2>a</h2><h2>b</h2>"),
    ("<h2>a</h2><h3>b</h3>", "<h2>a</h2><h2>b</h2>"),
    ("<p>a</p>", "<p>a</p><script>b()</script>"),
    ("<p>a</p>", "<p>a</p><style>p { display: none }</style>"),
    ("<p>a</p>", "<p>a<svg><text>b</text></svg></p>"),
    ("<p>a</p>", "<p>a<iframe src=https://v.example.com/1></iframe></p>"),
    ("<p>a</p>", "<p>a<span data-macro=jira data-key=A-1></span></p>"),
    ("<p>a b</p>", "<p dir=rtl>a b</p>"),
    ("<p>a b</p>", "<p><bdo dir=rtl>a b</bdo></p>"),
    ("<p>a</p>", "<p style='text-transform:uppercase'>a</p>"),
    ("<p>a</p>", "<marquee>a</marquee>"),
    ("<p>a</p>", "<p>a</p><textarea>b</textarea>"),
    ("<p><s>a</p><p>b</s></p>", "<p><s>a</s></p><p>b</p>"),
    (
        "<ac:image><ri:attachment ri:filename='a.png' /></ac:image>",
        "<ac:image><ri:attachment ri:filename='b.png' /></ac:image>",
    ),
    (
        "<ac:link><ri:page ri:content-title='A' /></ac:link>",
        "<ac:link><ri:page ri:content-title='A' ri:space-key='S' /></ac:link>",
    ),
    ("<p><![CDATA[a > b]]></p>", "<p>b</p>"),
];

#[test]
fn what_says_the_same_is_equal() {
    assert!(BENIGN.len() >= 20);
    let faults: Vec<String> = BENIGN
        .iter()
        .flat_map(|(signed, live)| [(signed, live), (live, signed)])
        .filter_map(|(signed, live)| Some(format!("{signed}\n  {live}\n  {}\n", other(signed, live)?)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.concat());
}

#[test]
fn what_says_something_else_is_another() {
    assert!(HOSTILE.len() >= 40);
    for (signed, live) in HOSTILE {
        assert_ne!(other(signed, live), None, "{signed}\n{live}");
    }
}

/// What stands in a generated article.
#[derive(Debug, Clone, PartialEq)]
enum Leaf {
    Word(String),
    Struck(String),
    Inserted(String),
    Link(String, String),
    Code(String),
    Line(usize, String),
    Box(bool),
    Nothing,
}

impl Leaf {
    fn html(&self) -> String {
        match self {
            Self::Word(word) => format!("{word} "),
            Self::Struck(word) => format!("<s>{word}</s> "),
            Self::Inserted(word) => format!("<ins>{word}</ins> "),
            Self::Link(target, word) => format!("<a href='/{target}'>{word}</a> "),
            Self::Code(word) => format!("<code>{word}</code> "),
            Self::Line(indent, word) => format!("x{}{word}\n", " ".repeat(*indent)),
            Self::Box(ticked) => format!("<input type=checkbox {}>", if *ticked { "checked" } else { "" }),
            Self::Nothing => String::new(),
        }
    }

    /// The same leaf, changed in one way that a reader sees; each leaf has several.
    fn changed(&self, way: usize) -> Self {
        match (self.clone(), way % 3) {
            (Self::Word(word), 0) => Self::Struck(word),
            (Self::Word(word), 1) => Self::Code(word),
            (Self::Struck(word), 0) => Self::Inserted(word),
            (Self::Struck(word) | Self::Inserted(word) | Self::Code(word) | Self::Link(_, word), 1) => Self::Word(word),
            (Self::Link(target, word), 0) => Self::Link(target + "y", word),
            (Self::Line(indent, word), 0 | 1) => Self::Line(indent + 1, word),
            (Self::Box(ticked), 0 | 1) => Self::Box(!ticked),
            (Self::Word(word), _) => Self::Word(word + "y"),
            (Self::Struck(word), _) => Self::Struck(word + "y"),
            (Self::Inserted(word), _) => Self::Inserted(word + "y"),
            (Self::Link(target, word), _) => Self::Link(target, word + "y"),
            (Self::Code(word), _) => Self::Code(word + "y"),
            (Self::Line(indent, word), _) => Self::Line(indent, word + "y"),
            (Self::Box(_) | Self::Nothing, _) => Self::Word("y".to_owned()),
        }
    }
}

/// A block of a generated article, with what stands in it.
#[derive(Debug, Clone, PartialEq)]
struct Block {
    kind: usize,
    leaves: Vec<Leaf>,
}

impl Block {
    fn html(&self) -> String {
        let each = |before: &str, after: &str| -> String {
            self.leaves.iter().map(|leaf| format!("{before}{}{after}", leaf.html())).collect()
        };
        match self.kind {
            0 => format!("<p>{}</p>", each("", "")),
            1 => format!("<ul>{}</ul>", each("<li>", "</li>")),
            2 => format!("<ol start=3>{}</ol>", each("<li>", "</li>")),
            3 => format!("<table><tr><th>h</th></tr><tr>{}<td>z</td></tr></table>", each("<td>", "</td>")),
            4 => format!("<pre>{}</pre>", each("", "")),
            5 => format!("<blockquote>{}</blockquote>", each("", "")),
            _ => format!("<h2>{}</h2>", each("", "")),
        }
    }
}

fn page_of(blocks: &[Block]) -> String {
    blocks.iter().map(Block::html).collect()
}

fn block() -> impl Strategy<Value = Block> {
    let word = || "[ab]{1,2}";
    let leaf = prop_oneof![
        4 => word().prop_map(Leaf::Word),
        1 => word().prop_map(Leaf::Struck),
        1 => word().prop_map(Leaf::Inserted),
        1 => (word(), word()).prop_map(|(target, word)| Leaf::Link(target, word)),
        1 => word().prop_map(Leaf::Code),
    ];
    let leaves = |leaf: BoxedStrategy<Leaf>| prop::collection::vec(leaf, 1..5);
    let cell = prop_oneof![3 => leaf.clone().boxed(), 1 => any::<bool>().prop_map(Leaf::Box).boxed(), 1 => Just(Leaf::Nothing).boxed()];
    let line = (0..4_usize, word()).prop_map(|(indent, word)| Leaf::Line(indent, word));
    prop_oneof![
        4 => (prop::sample::select(vec![0, 1, 2, 5, 6]), leaves(leaf.boxed())),
        2 => (Just(3), leaves(cell.boxed())),
        1 => (Just(4), leaves(line.boxed())),
    ]
    .prop_map(|(kind, leaves)| Block { kind, leaves })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_what_a_reader_sees_is_noticed(
        blocks in prop::collection::vec(block(), 1..6), at in any::<prop::sample::Index>(), way in 0..7_usize,
    ) {
        let before = page_of(&blocks);
        prop_assert_eq!(other(&before, &before), None);
        prop_assert!(html(&before).left.is_empty(), "{:?}", html(&before));
        let mut changed = blocks.clone();
        let block = at.index(changed.len());
        match way {
            5 if changed[block].kind == 1 => changed[block].kind = 2,
            6 if changed.len() > 1 => changed.swap(0, 1),
            _ => {
                let leaves = &mut changed[block].leaves;
                let leaf = at.index(leaves.len());
                match way {
                    3 if leaves.len() > 1 => leaves.swap(0, 1),
                    4 => leaves.insert(leaf, leaves[leaf].clone()),
                    _ => leaves[leaf] = leaves[leaf].changed(way),
                }
            }
        }
        let after = page_of(&changed);
        prop_assert!(after == before || other(&before, &after).is_some(), "{}\n{}", before, after);
    }
}
