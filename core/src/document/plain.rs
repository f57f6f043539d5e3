//! A Markdown text as facts: what a reader sees of it, its sections, its links, its code.

use std::ops::Range;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{Node, NodeValue, Sourcepos};
use comrak::{Arena, Options, parse_document};

use super::front;
use super::html::Html;
use super::words::{SectionName, Words};
use crate::finding::Place;
use crate::name::is_deceptive;
use crate::record::{Problem, Problems, text_of};

/// Any Markdown text of a release folder. All spans are bytes of the whole file, front matter included.
#[derive(Debug, Clone)]
pub struct Plain {
    path: String,
    text: String,
    shown: String,
    sources: Vec<(usize, Range<usize>)>,
    headings: Vec<Heading>,
    sections: Vec<Section>,
    links: Vec<Link>,
    code: Vec<Range<usize>>,
}

/// A heading that a reader sees.
#[derive(Debug, Clone)]
pub struct Heading {
    /// From 1 (title) to 6.
    pub level: u8,
    /// Whether it stands inside a quotation or a list, where it opens no section.
    pub nested: bool,
    /// Its words.
    pub text: String,
    /// Where it stands.
    pub span: Range<usize>,
}

/// What stands between a level-2 heading and the next heading of level 1 or 2.
#[derive(Debug, Clone)]
pub struct Section {
    /// The words of its heading.
    pub heading: String,
    /// Where its heading stands.
    pub span: Range<usize>,
    /// Its lines, counted from 1, from the heading to one past the last.
    pub lines: Range<usize>,
    /// What a reader sees of it, sub-headings included, one line per block.
    pub text: String,
    /// Where `text` begins in what a reader sees of the whole.
    pub at: usize,
    filled: bool,
}

impl Section {
    /// Whether it says nothing: no letter and no digit but those of comments and sub-headings.
    pub fn is_empty(&self) -> bool {
        !self.filled
    }
}

/// A link or an image.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where it leads, as it is written.
    pub target: String,
    /// Where it stands.
    pub span: Range<usize>,
}

impl Plain {
    /// Reads the Markdown in `bytes`, the content of `path`. Front matter is allowed, and not read as Markdown.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, Problems> {
        let text = text_of(path, bytes)?;
        if let Some(at) = lone_return(text) {
            // Markdown ends a line here, editors do not: the same text would have two shapes.
            return Err(vec![Problem {
                place: Place::of(path, text, at..at + 1),
                message: "has a carriage return that ends no line".to_owned(),
                help: "save it with the line ends of Unix or Windows".to_owned(),
            }]);
        }
        let body = front::split(text).map_or(0, |it| it.body);
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.strikethrough = true;
        let arena = Arena::new();
        let root = parse_document(&arena, text.get(body..).unwrap_or_default(), &options);
        let mut reader = Reader::new(path, text, body);
        for edge in root.traverse() {
            match edge {
                NodeEdge::Start(node) => reader.enter(node),
                NodeEdge::End(node) => reader.leave(node),
            }
        }
        Ok(reader.finish())
    }

    /// The file's path, from the coordination root.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text below the front matter.
    pub fn body(&self) -> &str {
        let body = front::split(&self.text).map_or(0, |it| it.body);
        self.text.get(body..).unwrap_or_default()
    }

    /// What a reader sees of the body, one line per block. Comments are not seen.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Where the bytes `shown` of [`Self::shown`] stand in the file, as nearly as the Markdown around them lets tell.
    pub fn source(&self, shown: Range<usize>) -> Range<usize> {
        let find = |at: usize| {
            let next = self.sources.partition_point(|it| it.0 <= at);
            let (from, span) = next.checked_sub(1).and_then(|it| self.sources.get(it))?;
            Some((span.start + (at - from)).min(span.end))
        };
        let start = find(shown.start).unwrap_or_default();
        // The end may lie in another piece, or before the start where the file has it in another order.
        let last = shown.end.saturating_sub(1).max(shown.start);
        start..find(last).map_or(start, |it| (it + 1).max(start))
    }

    /// All headings, in order.
    pub fn headings(&self) -> &[Heading] {
        &self.headings
    }

    /// All sections, in order.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The sections called `name`: one, if all is well.
    pub fn named<'a>(&'a self, words: &'a Words, name: SectionName) -> impl Iterator<Item = &'a Section> {
        self.sections.iter().filter(move |it| words.mean(name, &it.heading))
    }

    /// All links and images, in order.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Whether the byte `at` lies in a code block or a code span.
    pub fn is_code(&self, at: usize) -> bool {
        let next = self.code.partition_point(|it| it.start <= at);
        next.checked_sub(1).and_then(|it| self.code.get(it)).is_some_and(|it| it.contains(&at))
    }

    /// The place of the bytes `span`.
    pub fn place(&self, span: Range<usize>) -> Place {
        Place::of(&self.path, &self.text, span)
    }
}

fn lone_return(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|at| bytes.get(*at) == Some(&b'\r') && bytes.get(at + 1) != Some(&b'\n'))
}

/// Walks the tree once, in the order of the text.
struct Reader {
    plain: Plain,
    starts: Vec<usize>,
    first_line: usize,
    html: Html,
    /// How many of the parts that are open are struck through: what they hold no longer counts.
    struck: usize,
    heading: Option<(Heading, usize)>,
    section: Option<(Section, usize)>,
}

impl Reader {
    fn new(path: &str, text: &str, body: usize) -> Self {
        let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self {
            first_line: starts.partition_point(|it| *it < body),
            starts,
            html: Html::default(),
            struck: 0,
            heading: None,
            section: None,
            plain: Plain {
                path: path.to_owned(),
                text: text.to_owned(),
                shown: String::new(),
                sources: Vec::new(),
                headings: Vec::new(),
                sections: Vec::new(),
                links: Vec::new(),
                code: Vec::new(),
            },
        }
    }

    fn enter(&mut self, node: Node<'_>) {
        let data = node.data();
        let span = self.span(data.sourcepos);
        match &data.value {
            NodeValue::Text(text) => self.say_of(text, span),
            // Where the author's editor broke a line means nothing to a reader.
            NodeValue::SoftBreak => self.say(" "),
            NodeValue::LineBreak => self.say("\n"),
            NodeValue::Code(code) => {
                self.plain.code.push(span.clone());
                self.say_of(&code.literal, span);
            }
            NodeValue::CodeBlock(code) => {
                self.plain.code.push(span.clone());
                self.say_of(&code.literal, span);
            }
            NodeValue::Strikethrough => self.struck += 1,
            NodeValue::HtmlInline(raw) => self.say_html(raw, span),
            NodeValue::HtmlBlock(block) => self.say_html(&block.literal, span),
            NodeValue::Link(link) | NodeValue::Image(link) => {
                self.plain.links.push(Link { target: link.url.clone(), span });
            }
            NodeValue::Heading(heading) if !self.html.hides() => {
                let nested = node.parent().is_none_or(|it| !matches!(it.data().value, NodeValue::Document));
                if !nested && heading.level <= 2 {
                    self.close_section(self.line(span.start));
                }
                let heading = Heading { level: heading.level, nested, text: String::new(), span };
                self.heading = Some((heading, self.plain.shown.len()));
            }
            _ => {}
        }
    }

    fn leave(&mut self, node: Node<'_>) {
        let data = node.data();
        if let NodeValue::Heading(_) = data.value {
            self.close_heading();
        }
        match data.value {
            NodeValue::TableCell => self.say(" "),
            NodeValue::Strikethrough => self.struck = self.struck.saturating_sub(1),
            _ if data.value.block() => self.say("\n"),
            _ => {}
        }
    }

    /// Shows `text`, which stands at `span` in the file.
    fn say_of(&mut self, text: &str, span: Range<usize>) {
        self.plain.sources.push((self.plain.shown.len(), span));
        self.say(text);
    }

    fn say(&mut self, text: &str) {
        if !self.html.hides() && self.struck == 0 {
            let from = self.plain.shown.len();
            self.plain.shown.push_str(text);
            self.fill(from);
        }
    }

    fn say_html(&mut self, raw: &str, span: Range<usize>) {
        self.plain.sources.push((self.plain.shown.len(), span));
        let from = self.plain.shown.len();
        self.html.show(raw, &mut self.plain.shown);
        self.fill(from);
    }

    /// Notes that the open section says something, if what was shown since `from` does and is no heading.
    fn fill(&mut self, from: usize) {
        if let (Some((section, _)), None) = (&mut self.section, &self.heading) {
            let new = self.plain.shown.get(from..).unwrap_or_default();
            section.filled |= new.chars().any(|it| it.is_alphanumeric() && !is_deceptive(it));
        }
    }

    fn close_heading(&mut self) {
        let Some((mut heading, mark)) = self.heading.take() else { return };
        self.plain.shown.get(mark..).unwrap_or_default().trim().clone_into(&mut heading.text);
        if heading.level == 2 && !heading.nested {
            let section = Section {
                heading: heading.text.clone(),
                span: heading.span.clone(),
                lines: self.line(heading.span.start)..0,
                text: String::new(),
                at: 0,
                filled: false,
            };
            self.section = Some((section, self.plain.shown.len()));
        }
        self.plain.headings.push(heading);
    }

    fn close_section(&mut self, next_line: usize) {
        let Some((mut section, mark)) = self.section.take() else { return };
        let text = self.plain.shown.get(mark..).unwrap_or_default();
        section.at = mark + (text.len() - text.trim_start().len());
        text.trim().clone_into(&mut section.text);
        section.lines.end = next_line;
        self.plain.sections.push(section);
    }

    fn finish(mut self) -> Plain {
        self.close_section(self.starts.len() + usize::from(!self.plain.text.ends_with('\n')));
        self.plain
    }

    /// The line of the byte `at`, counted from 1.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|it| *it <= at)
    }

    /// The parser counts lines and bytes from 1, the last byte included.
    fn span(&self, of: Sourcepos) -> Range<usize> {
        let line = |line: usize| {
            let index = (self.first_line + line).saturating_sub(1);
            self.starts.get(index).copied().unwrap_or(self.plain.text.len())
        };
        let start = line(of.start.line) + of.start.column.saturating_sub(1);
        let end = line(of.end.line) + of.end.column;
        start..end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Plain {
        Plain::parse("kb.md", text.as_bytes()).unwrap()
    }

    fn headings(text: &str) -> Vec<String> {
        plain(text).sections().iter().map(|it| it.heading.clone()).collect()
    }

    #[test]
    fn only_a_heading_of_level_2_in_the_open_is_a_section() {
        assert_eq!(headings("# T\n## A\n### b\nB\n-\n"), ["A", "B"]);
        assert!(headings("```\n## A\n```\n> ## B\n\n- ## C\n\n<!--\n## D\n-->\n    ## E\n").is_empty());
    }

    #[test]
    fn a_comment_left_open_in_html_hides_the_sections_after_it() {
        assert!(headings("<div><!--\n\n## A\n\ntext\n").is_empty());
    }

    #[test]
    fn comments_blanks_and_sub_headings_fill_no_section() {
        for empty in ["", "<!-- x -->", "### x", "&nbsp;&#8203;", "---", "<br>\n", "a <!-- b -->"] {
            let text = format!("## A\n\n{empty}\n");
            assert_eq!(plain(&text).sections()[0].is_empty(), !empty.starts_with('a'), "{empty}");
        }
    }

    #[test]
    fn what_is_struck_through_or_hidden_is_not_said() {
        for (text, shown) in
            [("a ~~b **c**~~ d", "a d"), ("<p hidden>\n\nb\n\n</p>\n\na", "a"), ("a <del>b</del> c", "a c")]
        {
            assert_eq!(plain(text).shown().split_whitespace().collect::<Vec<_>>().join(" "), shown, "{text}");
        }
    }

    #[test]
    fn a_section_knows_its_lines_in_the_whole_file() {
        let document = plain("+++\na = 1\n+++\n## A\nx\n\n## B\ny");
        let lines: Vec<_> = document.sections().iter().map(|it| it.lines.clone()).collect();
        assert_eq!(lines, [4..7, 7..9]);
        assert_eq!(document.place(document.sections()[1].span.clone()).text, "## B");
        assert_eq!((document.path(), document.text().len()), ("kb.md", 28));
    }

    #[test]
    fn a_section_shows_cells_emphasis_and_entities_as_a_reader_sees_them() {
        let document = plain("## A\n\n| a | b |\n|---|---|\n| **1** | &amp;<!-- c --> |\n");
        assert_eq!(document.sections()[0].text, "a b \n1 &");
    }

    #[test]
    fn a_section_goes_on_past_its_sub_headings_and_what_is_quoted() {
        let document = plain("## A\nx\ny\n### b\nz\n> ## C\n> q\n\n# T\n");
        let section = &document.sections()[0];
        assert_eq!((document.sections().len(), section.lines.clone()), (1, 1..9));
        assert_eq!(section.text.split_whitespace().collect::<Vec<_>>(), ["x", "y", "b", "z", "C", "q"]);
    }

    #[test]
    fn html_among_words_parts_them_and_hides_what_a_browser_hides() {
        let words = |text: &str| plain(text).shown().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words("a<br>b\nc"), ["a", "b", "c"]);
        assert_eq!(words("a <script>b</script> c"), ["a", "c"]);
    }

    #[test]
    fn a_link_lies_where_it_is_written() {
        let document = plain("+++\n+++\né [a](b.md) ![c](d.png)\r\n[e][f]\n\n[f]: g.md\n");
        let found: Vec<_> =
            document.links().iter().map(|it| (&*it.target, &document.text()[it.span.clone()])).collect();
        assert_eq!(found, [("b.md", "[a](b.md)"), ("d.png", "![c](d.png)"), ("g.md", "[e][f]")]);
    }

    #[test]
    fn knows_code_from_prose() {
        let text = "a `b` c\n\n```\nd\n```\n\ne\n";
        let code: String =
            text.match_indices(char::is_alphabetic).filter(|(at, _)| plain(text).is_code(*at)).map(|it| it.1).collect();
        assert_eq!(code, "bd");
    }

    #[test]
    fn what_is_shown_is_found_where_it_is_written() {
        let text = "+++\na = 1\n+++\n<!-- soon -->\n## A\n\n> a **bold soon**, `soon`\n\nand\nsoon é soon\n";
        let document = plain(text);
        let of = |word: &str| -> Vec<(usize, String)> {
            let all = document.shown().match_indices(word).map(|(at, it)| document.source(at..at + it.len()));
            all.map(|it| (document.place(it.clone()).line, text[it].to_owned())).collect()
        };
        assert_eq!(of("bold"), [(7, "bold".to_owned())]);
        assert_eq!(of("soon").iter().map(|it| it.0).collect::<Vec<_>>(), [7, 7, 10, 10]);
        assert_eq!(of("é soon"), [(10, "é soon".to_owned())]);
        let section = &document.sections()[0];
        assert!(document.shown()[section.at..].starts_with(&section.text));
    }

    #[test]
    fn a_return_that_ends_no_line_is_refused() {
        let problems = Plain::parse("kb.md", b"a\r\nb\r## C").unwrap_err();
        assert_eq!((problems[0].place.line, problems[0].place.column), (2, 2));
    }
}
