//! Characters that a reader cannot see, or that show what stands there in another order.
//!
//! Two of them are needed: a joiner or a non-joiner between letters of scripts that join (Persian, Hindi, …), and a joiner, a
//! variation selector or a tag in an emoji. Where Unicode has a use for them they are left alone, and anywhere else they are hidden.

/// Whether a character alone could hide or reorder what a reader sees: controls, bidirectional marks, invisible fillers and tags.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'
            | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
            && !is_variation_of_han(c)
}

/// Where in `text` a character is hidden, and which; line breaks and tabs are in a text of several lines what they are.
pub fn hidden(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut before: Option<char> = None;
    let mut tags = 0;
    text.char_indices().filter(move |(at, c)| {
        let after = || text.get(at + c.len_utf8()..).and_then(|it| it.chars().next());
        if tags > 0 {
            tags -= 1;
            return false;
        }
        let is_hidden = match c {
            '\n' | '\t' | ' '..='~' => false,
            '\r' => after() != Some('\n'),
            '\u{200c}' => !(before.is_some_and(joins) && after().is_some_and(joins)),
            '\u{200d}' => {
                let in_emoji = before.is_some_and(ends_emoji) && after().is_some_and(is_emoji);
                !(in_emoji || before.is_some_and(joins))
            }
            '\u{fe0e}' | '\u{fe0f}' => !before.is_some_and(|it| is_emoji(it) || matches!(it, '0'..='9' | '#' | '*')),
            '\u{fe00}'..='\u{fe0d}' => !before.is_some_and(|it| is_han(it) || joins(it) || is_symbol(it)),
            '\u{180b}'..='\u{180d}' | '\u{180f}' => !before.is_some_and(|it| matches!(it, '\u{1820}'..='\u{18aa}')),
            c if is_variation_of_han(*c) => !before.is_some_and(is_han),
            '\u{e0067}' if before == Some('\u{1f3f4}') => {
                tags = flag(text.get(*at..).unwrap_or_default()).saturating_sub(1);
                tags == 0
            }
            c => is_deceptive(*c),
        };
        before = Some(*c);
        is_hidden
    })
}

/// How many tags the flag has that begins here: England, Scotland and Wales have one, and no other is in use.
fn flag(text: &str) -> usize {
    let is_tagged = |name: &str| {
        let tags = name.chars().filter_map(|it| char::from_u32(0xe_0000 + u32::from(it))).chain(['\u{e007f}']);
        text.chars().take(name.len() + 1).eq(tags)
    };
    ["gbeng", "gbsct", "gbwls"].into_iter().find(|it| is_tagged(it)).map_or(0, |it| it.len() + 1)
}

/// Letters and marks of scripts whose letters join, or stack, unless they are told not to.
fn joins(c: char) -> bool {
    matches!(c,
        '\u{620}'..='\u{65f}' | '\u{66e}'..='\u{6d5}' | '\u{6dc}'..='\u{6ef}' | '\u{6fa}'..='\u{6ff}' | '\u{710}'..='\u{74f}'
        | '\u{750}'..='\u{77f}' | '\u{7ca}'..='\u{7f5}' | '\u{840}'..='\u{85b}' | '\u{860}'..='\u{8ff}' | '\u{900}'..='\u{dff}'
        | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17b3}' | '\u{17b6}'..='\u{17d3}' | '\u{1820}'..='\u{18aa}'
        | '\u{1b00}'..='\u{1b4b}' | '\u{1cd0}'..='\u{1cff}' | '\u{a840}'..='\u{a873}' | '\u{a8e0}'..='\u{a8ff}'
        | '\u{a980}'..='\u{a9c0}' | '\u{aa60}'..='\u{aa7f}' | '\u{fb50}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}' | '\u{10a00}'..='\u{10a58}' | '\u{11000}'..='\u{11fff}' | '\u{1e900}'..='\u{1e94b}')
}

/// Signs and pictures that can be an emoji, or a part of one.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
        || is_symbol(c)
}

fn is_symbol(c: char) -> bool {
    matches!(c, '\u{203c}' | '\u{2049}' | '\u{2100}'..='\u{214f}' | '\u{2190}'..='\u{27ff}' | '\u{2900}'..='\u{2bff}')
}

/// What may stand before the joiner in an emoji.
fn ends_emoji(c: char) -> bool {
    is_emoji(c) || c == '\u{fe0f}'
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3001}'..='\u{3163}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

fn is_variation_of_han(c: char) -> bool {
    matches!(c, '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_found_where_it_stands() {
        for text in [
            "a\u{200b}b",
            "a\u{202e}b",
            "\u{feff}a",
            "a\u{ad}b",
            "a\u{7}b",
            "a\u{1b}[2Jb",
            "a\rb",
            "a\u{2066}b",
            "a\u{200e}b",
            "a\u{200d}b",
            "a\u{200c}b",
            "a\u{e0041}b",
            "a\u{fe0f}b",
            "a\u{2028}b",
            "a\u{3164}b",
            "a\u{180e}b",
            "a\u{85}b",
            "می\u{200c} خواهم",
            "a\u{200d}👩",
            "👩\u{200d}a",
            "می\u{200c}\u{200c}خواهم",
            "\u{1f3f4}\u{e0067}\u{e0062}",
            "a\u{e0100}",
            "a\u{fe01}",
            "a\u{180b}",
            "a\u{2800}b",
        ] {
            assert!(hidden(text).next().is_some(), "{text:?}");
        }
        assert_eq!(hidden("ab\u{200b}c\u{200b}").collect::<Vec<_>>(), [(2, '\u{200b}'), (6, '\u{200b}')]);
    }

    #[test]
    fn what_a_script_or_an_emoji_needs_is_left_alone() {
        for text in [
            "plain, with\ttabs\r\nand lines\n",
            "übel, naïve, Ω, 漢字, かな, 한국어",
            "می\u{200c}خواهم",
            "ه\u{200d}.ش",
            "क्\u{200d}ष",
            "ක්\u{200d}ෂ",
            "👩\u{200d}💻",
            "👩🏽\u{200d}🚀",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "🇩🇪",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} and more",
            "葛\u{e0100}飾区",
            "שלום עולם",
        ] {
            assert_eq!(hidden(text).collect::<Vec<_>>(), [], "{text:?}");
        }
    }
}
