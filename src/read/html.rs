//! HTML in feeds: the text that a reader would see, line by line.
//!
//! The tokenizer is `html5gum`; what is done here is to decide, without building a tree, which elements begin a line,
//! which are hidden, and where each piece of text stood. Time is linear in the input and nothing recurses, since feeds
//! bring unclosed and deeply nested tags.

use super::flow::Flow;
use super::hidden::Hidden;
use super::traced::Traced;
use html5gum::{Emitter, Error, State, Token, Tokenizer, naive_next_state};

/// How much of HTML a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// Plain text, be there a `<` or a `&` in it.
    None,
    /// Plain text in which a feed left character references (`S&amp;P 500`).
    References,
    /// Tags, but none that begins a line: the lines of the source are the lines of the text.
    Inline,
    /// Paragraphs and the like: lines follow from the tags only.
    Blocks,
}

/// What an element does to the text around it and in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    /// Begins and ends a line.
    Block,
    /// A paragraph: as a block, and ended by the next block.
    Paragraph,
    Break,
    /// No content, no break.
    Void,
    /// Content that is not part of the text: code, controls, captions of pictures.
    Dropped,
    Table,
    Row,
    Cell,
    /// Keeps the line ends of its content.
    Preformatted,
    Inline,
    /// Not an element of HTML; treated as inline.
    Unknown,
}

fn element(name: &[u8]) -> Element {
    match name {
        b"p" => Element::Paragraph,
        b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"caption" | b"center" | b"dd" | b"details"
        | b"dir" | b"div" | b"dl" | b"dt" | b"fieldset" | b"figure" | b"footer" | b"form" | b"h1" | b"h2" | b"h3"
        | b"h4" | b"h5" | b"h6" | b"header" | b"hgroup" | b"html" | b"legend" | b"li" | b"main" | b"menu" | b"nav"
        | b"ol" | b"section" | b"summary" | b"ul" => Element::Block,
        b"br" | b"hr" => Element::Break,
        b"area" | b"base" | b"basefont" | b"col" | b"embed" | b"frame" | b"img" | b"keygen" | b"link" | b"meta"
        | b"param" | b"source" | b"track" | b"wbr" | b"input" => Element::Void,
        b"applet" | b"audio" | b"button" | b"canvas" | b"datalist" | b"dialog" | b"figcaption" | b"frameset"
        | b"head" | b"iframe" | b"map" | b"noembed" | b"noframes" | b"noscript" | b"object" | b"progress" | b"rp"
        | b"rt" | b"script" | b"select" | b"style" | b"svg" | b"template" | b"textarea" | b"title" | b"video" => {
            Element::Dropped
        }
        b"table" => Element::Table,
        b"tr" | b"thead" | b"tbody" | b"tfoot" | b"colgroup" => Element::Row,
        b"td" | b"th" => Element::Cell,
        b"pre" | b"listing" | b"plaintext" | b"xmp" => Element::Preformatted,
        b"a" | b"abbr" | b"acronym" | b"b" | b"bdi" | b"bdo" | b"big" | b"cite" | b"code" | b"data" | b"del"
        | b"dfn" | b"em" | b"font" | b"i" | b"ins" | b"kbd" | b"label" | b"mark" | b"math" | b"meter" | b"nobr"
        | b"output" | b"q" | b"rb" | b"ruby" | b"s" | b"samp" | b"small" | b"span" | b"strike" | b"strong" | b"sub"
        | b"sup" | b"time" | b"tt" | b"u" | b"var" => Element::Inline,
        _ => Element::Unknown,
    }
}

/// As much of a tag as is looked at to tell it from a stray `<`.
const HEAD_OF_TAG: usize = 64;

/// Tells markup from plain text that only has a `<` or a `&` in it.
///
/// A text is markup if it has an end tag, a comment, a tag with attributes, or an empty element of HTML. A bare start tag
/// counts if its name has more than one letter: `a<b` and `p<s>q` are formulas.
pub(super) fn markup(text: &str) -> Markup {
    let mut found = Markup::None;
    let mut bare_paragraphs = 0;
    let mut comments = None;
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|b| *b == b'<').map(|i| from + i) {
        from = at + 1;
        let rest = &bytes[from..bytes.len().min(from + HEAD_OF_TAG)];
        if rest.starts_with(b"!--") {
            // Asked once: without an end here there is none further on.
            comments = comments.or_else(|| Some(text[from..].contains("-->")));
            if comments == Some(true) {
                found = Markup::Inline;
            }
            continue;
        }
        let (end_tag, rest) = match rest.strip_prefix(b"/") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let length = rest
            .iter()
            .position(|b| !b.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        if length == 0 || length > 16 {
            continue;
        }
        let name = rest[..length].to_ascii_lowercase();
        let kind = element(&name);
        let rest = &rest[length..];
        if kind == Element::Unknown {
            continue;
        }
        let bare = rest.starts_with(b">") || rest.trim_ascii_start().starts_with(b"/>");
        let sure = if end_tag {
            rest.trim_ascii_start().starts_with(b">")
        } else if bare {
            if kind == Element::Paragraph {
                bare_paragraphs += 1;
            }
            length > 1 || bare_paragraphs > 1
        } else {
            has_attribute(rest)
        };
        if sure {
            match kind {
                Element::Inline | Element::Void | Element::Dropped => found = Markup::Inline,
                _ => return Markup::Blocks,
            }
        }
    }
    if found == Markup::None && references(text).next().is_some() {
        Markup::References
    } else {
        found
    }
}

/// Whether an attribute with a value follows, or one of the attributes that need none.
fn has_attribute(rest: &[u8]) -> bool {
    if !rest.first().is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
        return false;
    }
    let rest = rest.trim_ascii_start();
    let length = rest
        .iter()
        .position(|b| !(b.is_ascii_alphanumeric() || b"-_:".contains(b)))
        .unwrap_or(rest.len());
    let after = rest[length..].trim_ascii_start();
    length > 0
        && (after.starts_with(b"=")
            || (matches!(&rest[..length], b"hidden" | b"async" | b"defer") && after.starts_with(b">")))
}

/// Where character references may stand: a `&` with a `;` after a short name.
fn references(text: &str) -> impl Iterator<Item = usize> {
    text.bytes()
        .enumerate()
        .filter(|(_, b)| *b == b'&')
        .map(|(i, _)| i)
        .filter(|i| character_reference(&text[*i..]).is_some())
}

/// The character reference that `text` begins with: what it stands for and its length in bytes, semicolon included.
pub(super) fn character_reference(text: &str) -> Option<(String, usize)> {
    let head = &text.as_bytes()[..text.len().min(34)];
    let length = head.iter().position(|b| *b == b';')? + 1;
    if length < 4
        || !head[1..length - 1]
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'#')
    {
        return None;
    }
    let reference = text.get(..length)?;
    let mut decoded = String::new();
    for token in Tokenizer::new(reference) {
        if let Ok(Token::String(piece)) = token {
            decoded.push_str(std::str::from_utf8(&piece).ok()?);
        }
    }
    (decoded != reference).then_some((decoded, length))
}

/// The text of `source` as a reader would see it, traced to `source`.
pub(super) fn to_text(source: &str, markup: Markup) -> Traced {
    read(source, markup, false).0
}

/// The text of a whole page without its navigation and footer, and how the page is built.
pub(super) fn page_text(source: &str) -> (Traced, Build) {
    read(source, Markup::Blocks, true)
}

/// What tells a page from one that is made to keep its readers busy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Build {
    /// Elements within each other, at most.
    pub depth: usize,
    /// Start tags.
    pub elements: usize,
    /// Attributes of one tag, at most.
    pub attributes: usize,
}

fn read(source: &str, markup: Markup, page: bool) -> (Traced, Build) {
    let mut flow = Flow::new(source);
    flow.keep_lines = markup == Markup::Inline;
    let emitter = Reading {
        source,
        flow,
        keep_lines: markup == Markup::Inline,
        page,
        build: Build::default(),
        attributes: 0,
        position: 0,
        seen: 0,
        copied: (0, 0),
        open: Vec::new(),
        hidden_from: None,
        never: 0,
        hidden: Hidden::default(),
        preformatted: 0,
        last_start_tag: Vec::new(),
        tag: Tag::default(),
        attribute: Vec::new(),
        done: false,
    };
    let mut tokenizer = Tokenizer::new_with_emitter(source, emitter);
    match tokenizer.next() {
        Some(Ok(read)) => read,
        // The tokenizer gives one token, at the end, and reading a string cannot fail.
        Some(Err(never)) => match never {},
        None => (Traced::default(), Build::default()),
    }
}

/// An open element: a hash of its name, what it is, and whether its content is left out.
#[derive(Clone, Copy)]
struct Open {
    name: u32,
    element: Element,
    shown: Shown,
}

/// Whether the content of an element is part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Yes,
    /// No: code, controls, furniture.
    Never,
    /// No: kept from being seen by an attribute or a style.
    Concealed,
}

/// How far up the open elements an end tag looks for its start.
const LOOK_UP: usize = 128;

#[derive(Default)]
struct Tag {
    name: Vec<u8>,
    is_end: bool,
    self_closing: bool,
    hidden: bool,
    style: Vec<u8>,
    /// Value of `aria-hidden`
    aria_hidden: Vec<u8>,
}

impl Tag {
    fn is_concealed(&self) -> bool {
        self.hidden || self.aria_hidden.trim_ascii().eq_ignore_ascii_case(b"true") || hides(&self.style)
    }

    /// `<script …/>`, as XHTML writes an element without content. Only heeded where the alternative is to hide all that
    /// follows; HTML itself has no such tags.
    fn is_empty_and(&self, hidden: bool) -> bool {
        self.self_closing && hidden
    }
}

/// The tokenizer's events, turned into text at once.
struct Reading<'a> {
    source: &'a str,
    flow: Flow<'a>,
    keep_lines: bool,
    /// A page with furniture, not an article.
    page: bool,
    build: Build,
    /// Attributes of the tag being read.
    attributes: usize,
    /// Byte of the source that the tokenizer has read to.
    position: usize,
    /// Byte of the source up to which text was accounted for.
    seen: usize,
    /// Bytes of the source that wait to be copied.
    copied: (usize, usize),
    open: Vec<Open>,
    /// Index in `open` of the outermost element that is not shown.
    hidden_from: Option<usize>,
    /// How many open elements are never shown.
    never: usize,
    hidden: Hidden,
    preformatted: usize,
    last_start_tag: Vec<u8>,
    tag: Tag,
    /// Name of the attribute being read.
    attribute: Vec<u8>,
    /// The end was reached and the text is to be handed out.
    done: bool,
}

impl Reading<'_> {
    fn flush(&mut self) {
        let (from, to) = std::mem::take(&mut self.copied);
        if from >= to {
            return;
        }
        if self.hidden_from.is_none() {
            self.flow.text(from, to);
        } else if self.never == 0 {
            self.hidden.add(self.source.get(from..to).unwrap_or_default());
        }
    }

    fn start(&mut self) {
        self.build.elements += 1;
        self.build.attributes = self.build.attributes.max(self.attributes);
        let kind = element(&self.tag.name);
        if self.tag.name == b"body" {
            // `</head>` may be left out.
            self.open.clear();
            self.hidden_from = None;
            self.never = 0;
            self.preformatted = 0;
        }
        if matches!(
            kind,
            Element::Block | Element::Paragraph | Element::Table | Element::Preformatted
        ) {
            let inline = |o: &&Open| matches!(o.element, Element::Inline | Element::Unknown);
            let inside = self.open.iter().rev().take(LOOK_UP).take_while(inline).count();
            let outer = self.open.len() - inside;
            if outer > 0 && self.open[outer - 1].element == Element::Paragraph {
                self.pop_to(outer - 1);
            }
        }
        // Without their end tags, list items, rows and cells end where the next one begins.
        if self.open.last().is_some_and(|o| o.name == hash(&self.tag.name))
            && matches!(&self.tag.name[..], b"li" | b"dd" | b"dt" | b"tr" | b"td" | b"th")
        {
            self.pop_to(self.open.len() - 1);
        }
        if self.hidden_from.is_none() {
            match kind {
                Element::Block | Element::Paragraph | Element::Break | Element::Preformatted => self.flow.line(),
                Element::Table => self.flow.table(),
                Element::Row => self.flow.row(),
                Element::Cell => self.flow.open_cell(),
                _ => {}
            }
        }
        let furniture = self.page && matches!(&self.tag.name[..], b"nav" | b"footer");
        let shown = if kind == Element::Dropped || furniture {
            Shown::Never
        } else if self.tag.is_concealed() {
            Shown::Concealed
        } else {
            Shown::Yes
        };
        let hidden = shown != Shown::Yes;
        if matches!(kind, Element::Void | Element::Break) || self.tag.is_empty_and(hidden) {
            return;
        }
        if kind == Element::Preformatted {
            self.preformatted += 1;
            self.flow.keep_lines = true;
        }
        if hidden && self.hidden_from.is_none() {
            self.hidden_from = Some(self.open.len());
        }
        self.never += usize::from(shown == Shown::Never);
        self.open.push(Open {
            name: hash(&self.tag.name),
            element: kind,
            shown,
        });
        self.build.depth = self.build.depth.max(self.open.len());
    }

    fn end(&mut self) {
        let kind = element(&self.tag.name);
        let name = hash(&self.tag.name);
        if kind == Element::Break && self.hidden_from.is_none() {
            // `</br>` is read as `<br>` everywhere.
            return self.flow.line();
        }
        let inline = matches!(kind, Element::Inline | Element::Unknown);
        let reach = self.open.len().saturating_sub(LOOK_UP);
        for i in (reach..self.open.len()).rev() {
            if self.open[i].name == name {
                self.pop_to(i);
                return;
            }
            // Misnested `<b><p></b>`: an inline end tag does not end the block it stands in.
            if inline && !matches!(self.open[i].element, Element::Inline | Element::Unknown) {
                return;
            }
            // What stands in a cell does not end the table around it.
            if self.open[i].element == Element::Table && kind != Element::Table {
                return;
            }
        }
        if matches!(kind, Element::Block | Element::Paragraph) && self.hidden_from.is_none() {
            self.flow.line();
        }
    }

    /// Closes the open elements from index `to` on.
    fn pop_to(&mut self, to: usize) {
        while self.open.len() > to {
            let Some(open) = self.open.pop() else { return };
            self.never -= usize::from(open.shown == Shown::Never);
            if self.hidden_from.is_some_and(|h| self.open.len() <= h) {
                self.hidden_from = None;
            }
            if open.element == Element::Preformatted {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.flow.keep_lines = self.keep_lines || self.preformatted > 0;
            }
            if self.hidden_from.is_none() {
                match open.element {
                    Element::Block | Element::Paragraph | Element::Preformatted => self.flow.line(),
                    Element::Cell => self.flow.close_cell(),
                    Element::Row | Element::Table => self.flow.row(),
                    _ => {}
                }
            }
        }
    }
}

/// FNV-1a; the names of open elements are compared by it.
fn hash(name: &[u8]) -> u32 {
    name.iter()
        .fold(0x811C_9DC5, |h, b| (h ^ u32::from(*b)).wrapping_mul(0x0100_0193))
}

/// Whether an inline style keeps the element from being seen.
fn hides(style: &[u8]) -> bool {
    if style.is_empty() {
        return false;
    }
    let style: Vec<u8> = style
        .iter()
        .filter(|b| !b.is_ascii_whitespace())
        .map(u8::to_ascii_lowercase)
        .collect();
    let (mut no_size, mut cut_off, mut moved, mut placed) = (false, false, false, false);
    for declaration in style.split(|b| *b == b';') {
        let declaration = declaration.strip_suffix(b"!important").unwrap_or(declaration);
        let Some(colon) = declaration.iter().position(|b| *b == b':') else {
            continue;
        };
        let (property, value) = (&declaration[..colon], &declaration[colon + 1..]);
        match (property, value) {
            (b"display", b"none")
            | (b"visibility", b"hidden" | b"collapse")
            | (b"content-visibility", b"hidden")
            | (b"color", b"transparent") => return true,
            (b"opacity" | b"font-size", _) if is_next_to_nothing(value) => return true,
            (b"width" | b"height" | b"max-width" | b"max-height", _) => no_size |= is_next_to_nothing(value),
            (b"overflow" | b"overflow-x" | b"overflow-y", b"hidden" | b"clip") => cut_off = true,
            (b"position", b"absolute" | b"fixed") => placed = true,
            (b"left" | b"top" | b"right" | b"bottom", _) => moved |= is_far_out(value),
            (b"text-indent", _) if is_far_out(value) => return true,
            (b"clip", _) if value.starts_with(b"rect(0") => return true,
            _ => {}
        }
    }
    (no_size && cut_off) || (moved && placed)
}

/// `0`, `0.00`, `0px`, `.01`, `1px`: a size at which nothing can be read, or as good as no opacity.
fn is_next_to_nothing(value: &[u8]) -> bool {
    let length = value
        .iter()
        .position(|b| !(b.is_ascii_digit() || *b == b'.'))
        .unwrap_or(value.len());
    let (number, unit) = value.split_at(length);
    let Some(number) = std::str::from_utf8(number).ok().and_then(|n| n.parse::<f32>().ok()) else {
        return false;
    };
    match unit {
        b"px" | b"pt" => number <= 1.0,
        _ => number <= 0.02,
    }
}

/// `-9999px` and the like: out of every screen.
fn is_far_out(value: &[u8]) -> bool {
    let Some(value) = value.strip_prefix(b"-") else {
        return false;
    };
    let digits = value.iter().take_while(|b| b.is_ascii_digit()).count();
    let of_letters = |unit: &[u8]| [&b"em"[..], b"rem", b"vw", b"vh"].contains(&unit);
    digits >= 4 || (digits == 3 && of_letters(&value[digits..]))
}

/// A tag that stands for itself in running text.
pub(super) struct InlineTag {
    pub name: Vec<u8>,
    pub is_end: bool,
    /// Its content is left out.
    pub drops: bool,
    /// Its content is kept from being seen, which is to be told.
    pub conceals: bool,
}

/// The one tag that `source` is; `None` for comments and the like.
pub(super) fn inline_tag(source: &str) -> Option<InlineTag> {
    let Ok(token) = Tokenizer::new(source).next()?;
    match token {
        Token::StartTag(start) => {
            let kind = element(&start.name);
            let value = |name: &[u8]| start.attributes.get(name).map(|v| v.to_vec());
            let tag = Tag {
                hidden: value(b"hidden").or(value(b"popover")).is_some(),
                style: value(b"style").unwrap_or_default(),
                aria_hidden: value(b"aria-hidden").unwrap_or_default(),
                ..Tag::default()
            };
            let empty = start.self_closing || matches!(kind, Element::Void | Element::Break);
            let conceals = !empty && tag.is_concealed();
            Some(InlineTag {
                drops: conceals || (!empty && kind == Element::Dropped),
                conceals: conceals && kind != Element::Dropped,
                name: start.name.to_vec(),
                is_end: false,
            })
        }
        Token::EndTag(end) => Some(InlineTag {
            name: end.name.to_vec(),
            is_end: true,
            drops: false,
            conceals: false,
        }),
        _ => None,
    }
}

impl Emitter for Reading<'_> {
    type Token = (Traced, Build);

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start_tag.clear();
        self.last_start_tag.extend_from_slice(name.unwrap_or_default());
    }

    fn move_position(&mut self, offset: isize) {
        self.position = self.position.saturating_add_signed(offset);
    }

    fn emit_eof(&mut self) {
        self.flush();
        self.done = true;
    }

    fn emit_error(&mut self, _: Error) {}

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<(Traced, Build)> {
        if !std::mem::take(&mut self.done) {
            return None;
        }
        let mut text = std::mem::replace(&mut self.flow, Flow::new("")).finish();
        text.hidden = std::mem::take(&mut self.hidden);
        Some((text, self.build))
    }

    fn emit_string(&mut self, text: &[u8]) {
        let end = self.position;
        let start = end.saturating_sub(text.len());
        if self.source.as_bytes().get(start..end) == Some(text) {
            if self.copied.1 != start {
                self.flush();
                self.copied.0 = start;
            }
            self.copied.1 = end;
        } else if let Ok(decoded) = std::str::from_utf8(text) {
            // A character reference, or a line end that the tokenizer has made uniform.
            self.flush();
            let from = self.seen.min(end);
            let raw = self.source.as_bytes().get(from..end).unwrap_or_default();
            // Without a semicolon it is more often part of an address (`?a=1&copy=2`) than a reference.
            let known =
                !raw.starts_with(b"&") || raw.ends_with(b";") || matches!(decoded, "\u{A0}" | "<" | ">" | "&" | "\"");
            if !known {
                self.copied = (from, end);
            } else if self.hidden_from.is_none() {
                self.flow.replaced(decoded, from, end);
            } else if self.never == 0 {
                self.hidden.add(decoded);
            }
        }
        self.seen = end;
    }

    fn init_start_tag(&mut self) {
        self.tag.is_end = false;
        self.tag.name.clear();
        self.tag.self_closing = false;
        self.tag.hidden = false;
        self.tag.style.clear();
        self.tag.aria_hidden.clear();
        self.attributes = 0;
        self.attribute.clear();
    }

    fn init_end_tag(&mut self) {
        self.init_start_tag();
        self.tag.is_end = true;
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        self.flush();
        self.seen = self.position;
        if matches!(&self.attribute[..], b"hidden" | b"popover") {
            self.tag.hidden = true;
        }
        if self.tag.is_end {
            self.last_start_tag.clear();
            self.end();
            None
        } else {
            self.last_start_tag.clone_from(&self.tag.name);
            self.start();
            if self.tag.is_empty_and(element(&self.tag.name) == Element::Dropped) {
                return None;
            }
            naive_next_state(&self.tag.name)
        }
    }

    fn emit_current_comment(&mut self) {
        self.flush();
        self.seen = self.position;
    }

    fn emit_current_doctype(&mut self) {
        self.flush();
        self.seen = self.position;
    }

    fn set_self_closing(&mut self) {
        self.tag.self_closing = true;
    }

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag.name.extend_from_slice(name);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        self.attributes += 1;
        if matches!(&self.attribute[..], b"hidden" | b"popover") {
            self.tag.hidden = true;
        }
        self.attribute.clear();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        self.attribute.extend_from_slice(name);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        match &self.attribute[..] {
            b"style" => self.tag.style.extend_from_slice(value),
            b"aria-hidden" => self.tag.aria_hidden.extend_from_slice(value),
            _ => {}
        }
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag.is_end && !self.tag.name.is_empty() && self.tag.name == self.last_start_tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        to_text(html, markup(html)).text
    }

    #[test]
    fn plain_text_stays_plain() {
        for plain in [
            "毛利率<15%，但>10%",
            "若a<b且b<c，则a<c",
            "x<p>y",
            "P<0.05",
            "《<DeepSeek>》發佈",
            "a <b and c> d",
            "R&D 投入",
            "AT&T; and others",
            "<记者 张三>报道",
            "if (i<n; i++) { s>0 }",
        ] {
            assert_eq!(markup(plain), Markup::None, "{plain}");
        }
        assert_eq!(markup("S&amp;P 500"), Markup::References);
        assert_eq!(markup("<b>中芯</b>漲6%\n第二行"), Markup::Inline);
        assert_eq!(markup("<p>中芯<p>漲6%"), Markup::Blocks);
        assert_eq!(markup("一句<br>二句"), Markup::Blocks);
    }

    #[test]
    fn reads_what_is_shown() {
        let cases = [
            ("paragraphs", "<p>　　甲公司</p>\n  <p>乙公司</p>", "甲公司\n乙公司"),
            (
                "links stay in the sentence",
                "<p>买<a href=\"x\">东方财富</a><span></span>（300059）</p>",
                "买东方财富（300059）",
            ),
            ("breaks", "甲<br/>乙<br>\n<br>丙", "甲\n乙\n丙"),
            (
                "inline only: lines of the source",
                "<b>甲</b>\n乙 &amp; 丙",
                "甲\n乙 & 丙",
            ),
            (
                "line end inside a Chinese sentence",
                "<p>中国\n  人民银行 today\nsaid</p>",
                "中国人民银行 today said",
            ),
            (
                "references",
                "<p>S&amp;P&nbsp;500 &#8220;up&#8221; R&D ?a=1&copy=2</p>",
                "S&P 500 “up” R&D ?a=1&copy=2",
            ),
            (
                "script and style",
                "<p>甲</p><script>if (a<b) {}</script><style>p{}</style><p>乙</p>",
                "甲\n乙",
            ),
            (
                "display: none",
                "<p>甲</p><div style=\"DISPLAY : none;\"><p>忽略</p></div><p>乙</p>",
                "甲\n乙",
            ),
            (
                "hidden",
                "<div>甲<span hidden>忽略<b>也</b></span>乙<i hidden=\"\">略</i></div>",
                "甲乙",
            ),
            (
                "hidden by size",
                "<p>甲<span style='font-size:0px'>略</span><span style='opacity:0.5'>乙</span></p>",
                "甲乙",
            ),
            (
                "hidden from readers who hear",
                "<p>甲<span aria-hidden=\"true\">略</span><span aria-hidden=false>乙</span></p>",
                "甲乙",
            ),
            (
                "hidden by a box without size",
                "<div style=\"height:0;overflow:hidden\">略</div><div style='width:1px; height:1px; OVERFLOW: hidden'>略</div>\
                 <div style=\"height:0\">甲</div>",
                "甲",
            ),
            (
                "hidden by letters too small",
                "<p>甲<font style='font-size:1px'>略</font><i style='font-size:.01em'>略</i><b style='font-size:0.8em'>乙</b></p>",
                "甲乙",
            ),
            (
                "hidden beside the screen",
                "<p style='position:absolute;left:-9999px'>略</p><p style='text-indent:-2000px'>略</p><p style='left:-10px'>甲</p>",
                "甲",
            ),
            ("a dialogue that isn't open", "<dialog>略</dialog><p>甲</p>", "甲"),
            ("hidden paragraph left open", "<p style=\"display:none\">略<p>甲", "甲"),
            (
                "hidden element ended by its parent",
                "<div><span hidden>略</div>甲",
                "甲",
            ),
            (
                "class names hide nothing",
                "<span class=\"field--label-hidden\">甲</span><p>乙</p>",
                "甲\n乙",
            ),
            (
                "captions",
                "<figure><img src=x><figcaption>图源：路透</figcaption></figure><p>甲</p>",
                "甲",
            ),
            (
                "table in a figure",
                "<figure><table><tr><td>甲</td><td>1</td></tr></table></figure>",
                "甲\t1",
            ),
            (
                "tables",
                "<table>\n<tr>\n<th>公司</th><th>升幅<br>(%)</th></tr><tr><td><p>騰訊</p></td><td><p>6</p></td></tr></table>後文",
                "公司\t升幅 (%)\n騰訊\t6\n後文",
            ),
            ("lists", "<ul><li>甲<li>乙</ul>丙", "甲\n乙\n丙"),
            (
                "preformatted",
                "<p>甲</p><pre>一\n二</pre><p>三\n四</p>",
                "甲\n一\n二\n三四",
            ),
            ("misnested", "<p><b>甲<p></b>乙</p></div></p>丙", "甲\n乙\n丙"),
            ("comment", "甲<!-- 略 --><p>乙", "甲\n乙"),
            ("cut off in a tag", "<p>甲</p><img src=\"htt", "甲"),
            ("stray less-than", "<p>毛利率<15%</p>", "毛利率<15%"),
            ("page", "<html><head><title>略</title><body>甲<p>乙", "甲\n乙"),
            (
                "ideographic space inside a line",
                "<p>甲　乙 　</p><p>　丙</p>",
                "甲　乙\n丙",
            ),
            (
                "spaces around tags",
                "<p>the <b>big</b> bank <i> of </i> China</p>",
                "the big bank of China",
            ),
            (
                "line ends of Windows",
                "<p>a\r\nb</p>\r\n<pre>c\r\nd</pre>",
                "a b\nc\nd",
            ),
        ];
        for (name, html, wanted) in cases {
            assert_eq!(text(html), wanted, "{name}");
        }
    }

    #[test]
    fn what_is_hidden_is_told() {
        let html = "<p>甲<span hidden>忽略<script>x</script>以上&amp;</span></p><nav hidden>略</nav><style>p{}</style>\
                    <p style='display:none'>買入</p><figcaption>圖</figcaption>";
        let traced = to_text(html, markup(html));
        assert_eq!((traced.text.as_str(), traced.hidden.characters), ("甲", 8));
        assert_eq!(traced.hidden.beginning, "忽略 以上 & 略 買入");
    }

    #[test]
    fn every_piece_knows_its_place() {
        let html = "<p>S&amp;P&nbsp;500 <b>升</b>6%</p><p>&#22269;泰\r\n航空";
        let traced = to_text(html, markup(html));
        assert_eq!(traced.text, "S&P 500 升6%\n国泰航空");
        for (i, span) in traced.spans.iter().enumerate() {
            let (made, source) = (
                &traced.text[span.at..traced.end_of(i)],
                &html[span.from..span.from + span.len],
            );
            if span.exact {
                assert_eq!(made, source);
            } else {
                assert!(
                    matches!(
                        (made, source),
                        ("&", "&amp;") | (" ", "&nbsp;") | ("\n", "") | ("国", "&#22269;")
                    ),
                    "{made:?} {source:?}"
                );
            }
        }
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        let n = 200_000;
        for html in [
            "<div>".repeat(n),
            "<b>".repeat(n) + &"</i>".repeat(n),
            "<p><i>".repeat(n),
            "</p>".repeat(n),
            "<".repeat(n),
            "<!--".repeat(n),
            "&".repeat(n),
            "<a ".repeat(n),
            "<td>x".repeat(n),
            "<div hidden>".repeat(n) + "x",
            "<pre>".repeat(n) + "\n",
        ] {
            let started = std::time::Instant::now();
            markup(&html);
            to_text(&html, Markup::Blocks);
            assert!(started.elapsed().as_secs() < 30, "{}", &html[..12]);
        }
    }
}
