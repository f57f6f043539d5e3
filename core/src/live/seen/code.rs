//! Blocks of code, in which every character counts that a reader can see.

use super::Reader;
use crate::live::token::{Mark, Token};

impl Reader<'_> {
    pub(super) fn code_text(&mut self, added: &str) {
        let marks: Vec<Mark> = self.marks().into_iter().filter(|it| !matches!(it, Mark::Blanks | Mark::Code)).collect();
        let added = added.replace('\r', " ");
        match self.tokens.last_mut() {
            Some(Token::Code { text, marks: before }) if *before == marks => text.push_str(&added),
            _ => self.tokens.push(Token::Code { text: added, marks }),
        }
    }

    /// Takes away what is not seen of a block of code: blanks at the end of lines, and empty lines around it.
    pub(super) fn trim_code(&mut self, from: usize) {
        let is_code = |token: &Token| matches!(token, Token::Code { .. });
        if !self.tokens.get(from..).unwrap_or_default().iter().all(is_code) {
            return;
        }
        let last = self.tokens.len().saturating_sub(1);
        for (at, token) in self.tokens.iter_mut().enumerate().skip(from) {
            let Token::Code { text, .. } = token else { continue };
            let mut lines: Vec<&str> = text.split('\n').collect();
            let count = lines.len();
            for (line_at, line) in lines.iter_mut().enumerate() {
                if line_at + 1 < count || at == last {
                    *line = line.trim_end();
                }
            }
            if at == from {
                let empty = lines.iter().take_while(|line| line.is_empty()).count();
                lines.drain(..empty.min(count.saturating_sub(1)));
            }
            let mut joined = lines.join("\n");
            if at == last {
                joined.truncate(joined.trim_end().len());
            }
            *text = joined;
        }
        while self.tokens.len() > from
            && matches!(self.tokens.last(), Some(Token::Code { text, .. }) if text.is_empty())
        {
            self.tokens.pop();
        }
    }
}
