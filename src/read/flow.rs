//! Builds running text from marked-up sources: white space collapsed, one line a block, table cells side by side.

use super::plain::invisible;
use super::traced::Traced;

/// What stands between the last thing written and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Tab,
    Line,
}

/// A cell longer than this (bytes) holds paragraphs of a page laid out by tables, not a figure or a name.
const LONGEST_CELL: usize = 240;

/// Collects text and breaks; see the module.
pub(super) struct Flow<'a> {
    source: &'a str,
    out: Traced,
    gap: Gap,
    /// Bytes of the source that the pending space stands for.
    space: (usize, usize),
    /// The pending white space has a line end in it.
    space_breaks: bool,
    /// Wide spaces (U+3000 …) that count only if text follows on the same line.
    wide_spaces: (usize, usize),
    last: Option<char>,
    /// Where the open table cell begins in `out`, and whether nothing was written since.
    cell: Option<(usize, bool)>,
    first_in_row: bool,
    /// Line ends of the source are line ends of the text.
    pub keep_lines: bool,
}

impl<'a> Flow<'a> {
    pub fn new(source: &'a str) -> Self {
        Flow {
            source,
            out: Traced::default(),
            gap: Gap::None,
            space: (0, 0),
            space_breaks: false,
            wide_spaces: (0, 0),
            last: None,
            cell: None,
            first_in_row: true,
            keep_lines: false,
        }
    }

    /// Appends `source[from..to]`.
    pub fn text(&mut self, from: usize, to: usize) {
        let Some(piece) = self.source.get(from..to) else {
            return;
        };
        let mut run = from;
        for (i, c) in piece.char_indices() {
            let (at, end) = (from + i, from + i + c.len_utf8());
            if !c.is_whitespace() && !invisible(c) {
                continue;
            }
            self.write(run, at);
            run = end;
            if c.is_whitespace() {
                self.white(c, at, end);
            }
        }
        self.write(run, to);
    }

    /// Appends `decoded`, which `source[from..to]` stands for.
    pub fn replaced(&mut self, decoded: &str, from: usize, to: usize) {
        for c in decoded.chars() {
            if c.is_whitespace() {
                self.white(c, from, to);
            } else if !invisible(c) {
                self.fill(c);
                self.out.replace(c.encode_utf8(&mut [0; 4]), from, to);
                self.last = Some(c);
            }
        }
    }

    fn white(&mut self, c: char, from: usize, to: usize) {
        match c {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' if self.keep_lines => self.line(),
            ' ' | '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{A0}' | '\u{2028}' | '\u{2029}' => {
                if self.gap == Gap::None {
                    self.gap = Gap::Space;
                    self.space = (from, from);
                    self.space_breaks = false;
                }
                if self.gap == Gap::Space {
                    // Only adjoining white space; markup between two spaces belongs to neither.
                    if self.space.1 == from {
                        self.space.1 = to;
                    }
                    self.space_breaks |= c == '\n' || c == '\r';
                }
            }
            _ if self.gap <= Gap::Space => {
                if self.wide_spaces.1 != from {
                    self.wide_spaces.0 = from;
                }
                self.wide_spaces.1 = to;
            }
            _ => {}
        }
    }

    /// Appends `source[from..to]`, which has neither white space at its ends nor invisible characters.
    fn write(&mut self, from: usize, to: usize) {
        let Some(piece) = self.source.get(from..to) else {
            return;
        };
        let (Some(first), Some(last)) = (piece.chars().next(), piece.chars().next_back()) else {
            return;
        };
        self.fill(first);
        self.out.copy(self.source, from, to);
        self.last = Some(last);
    }

    /// Writes the pending gap before `next`.
    fn fill(&mut self, next: char) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        let wide_spaces = std::mem::take(&mut self.wide_spaces);
        if let Some((_, fresh)) = &mut self.cell {
            *fresh = false;
        }
        let Some(last) = self.last else { return };
        match gap {
            Gap::Line => self.out.insert("\n"),
            Gap::Tab => self.out.insert("\t"),
            _ if wide_spaces.0 < wide_spaces.1 => self.copy_wide_spaces(wide_spaces),
            // A line end inside a Chinese sentence is only the source's layout.
            Gap::Space if self.space_breaks && wide(last) && wide(next) => {}
            Gap::Space if &self.source[self.space.0..self.space.1] == " " => {
                self.out.copy(self.source, self.space.0, self.space.1);
            }
            Gap::Space => self.out.replace(" ", self.space.0, self.space.1),
            Gap::None => {}
        }
    }

    fn copy_wide_spaces(&mut self, (from, to): (usize, usize)) {
        let Some(piece) = self.source.get(from..to) else {
            return;
        };
        // A reference such as &emsp; is no white space as it stands.
        if piece.chars().all(char::is_whitespace) {
            self.out.copy(self.source, from, to);
        } else {
            self.out.replace(" ", from, to);
        }
    }

    /// The next text begins a line.
    pub fn line(&mut self) {
        if !matches!(self.cell, Some((_, true))) {
            self.gap = Gap::Line;
            self.wide_spaces = (0, 0);
        }
    }

    /// A table row begins or ends.
    pub fn row(&mut self) {
        self.close_cell();
        self.line();
        self.first_in_row = true;
    }

    /// A table cell begins.
    pub fn open_cell(&mut self) {
        self.close_cell();
        if !self.first_in_row {
            self.gap = Gap::Tab;
            self.wide_spaces = (0, 0);
        }
        self.first_in_row = false;
        self.cell = Some((self.out.text.len(), true));
    }

    /// The cell ends: in a short one the line breaks become spaces, so that a row stays one line.
    pub fn close_cell(&mut self) {
        let Some((start, _)) = self.cell.take() else {
            return;
        };
        if self.gap == Gap::Line {
            self.gap = Gap::Tab;
        }
        let end = self.out.text.len();
        // The gap before the cell was written with its first text.
        let content = start
            + usize::from(
                self.out
                    .text
                    .as_bytes()
                    .get(start)
                    .is_some_and(|b| matches!(b, b'\n' | b'\t')),
            );
        if end - start <= LONGEST_CELL && self.out.text.get(content..).is_some_and(|cell| cell.contains('\n')) {
            let cell = self.out.text.split_off(content).replace('\n', " ");
            self.out.text.push_str(&cell);
        }
    }

    /// A table inside a cell: the cell is layout, and what was written of it stays as it is.
    pub fn table(&mut self) {
        self.cell = None;
        self.row();
    }

    pub fn finish(mut self) -> Traced {
        self.close_cell();
        self.out
    }
}

/// Characters that stand beside each other without a space: Chinese and Japanese, and their punctuation.
fn wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}'
        | '\u{20000}'..='\u{3FFFF}' | '“' | '”' | '‘' | '’' | '…' | '—')
}
