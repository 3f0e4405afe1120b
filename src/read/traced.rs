//! Text that remembers where it was copied from.
//!
//! Each step of reading (decode, undo JSON escapes, leave out markup) makes a [`Traced`] from the text before it.
//! [`Traced::through`] joins two steps; [`super::SourceMap`] is what remains at the end.

use super::hidden::Hidden;

/// A text and, for every byte of it, the bytes of the text it was made from. Spans are sorted and cover all of `text`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Traced {
    pub text: String,
    pub spans: Vec<Span>,
    /// What was left out because nobody sees it; only where markup was undone, and not of parts.
    pub hidden: Hidden,
}

/// From byte `at` of the new text to the next span's `at`, the text was made from bytes `from..from + len` of the old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub at: usize,
    pub from: usize,
    /// Zero where the reader wrote something that is not in the source.
    pub len: usize,
    /// Copied unchanged, so that parts of the span correspond to parts of the source.
    pub exact: bool,
}

impl Traced {
    /// The whole of `text`, unchanged.
    pub fn whole(text: String) -> Self {
        let spans = if text.is_empty() {
            vec![]
        } else {
            vec![Span {
                at: 0,
                from: 0,
                len: text.len(),
                exact: true,
            }]
        };
        Traced {
            text,
            spans,
            hidden: Hidden::default(),
        }
    }

    /// Appends `source[from..to]` as it stands. Offsets that split a code point append nothing.
    pub fn copy(&mut self, source: &str, from: usize, to: usize) {
        let Some(piece) = source.get(from..to).filter(|p| !p.is_empty()) else {
            return;
        };
        match self.spans.last_mut() {
            Some(last) if last.exact && last.from + last.len == from => last.len += piece.len(),
            _ => self.spans.push(Span {
                at: self.text.len(),
                from,
                len: piece.len(),
                exact: true,
            }),
        }
        self.text.push_str(piece);
    }

    /// Appends `piece`, which stands for bytes `from..to` of the source.
    pub fn replace(&mut self, piece: &str, from: usize, to: usize) {
        if piece.is_empty() {
            return;
        }
        self.spans.push(Span {
            at: self.text.len(),
            from,
            len: to.saturating_sub(from),
            exact: false,
        });
        self.text.push_str(piece);
    }

    /// Appends `piece`, which nothing in the source stands for.
    pub fn insert(&mut self, piece: &str) {
        if piece.is_empty() {
            return;
        }
        let from = self.spans.last().map_or(0, |s| s.from + s.len);
        match self.spans.last() {
            Some(last) if last.len == 0 => {}
            _ => self.spans.push(Span {
                at: self.text.len(),
                from,
                len: 0,
                exact: false,
            }),
        }
        self.text.push_str(piece);
    }

    /// Appends a part that was traced to the same source.
    pub fn append(&mut self, part: Traced) {
        let base = self.text.len();
        self.text.push_str(&part.text);
        self.spans
            .extend(part.spans.into_iter().map(|s| Span { at: base + s.at, ..s }));
    }

    /// The part `start..end` (bytes of `text`).
    pub fn slice(&self, start: usize, end: usize) -> Traced {
        let mut part = Traced {
            text: self.text.get(start..end).unwrap_or_default().to_owned(),
            spans: Vec::new(),
            hidden: Hidden::default(),
        };
        let first = self.spans.partition_point(|s| s.at <= start).saturating_sub(1);
        for (i, span) in self.spans.iter().enumerate().skip(first) {
            let span_end = self.spans.get(i + 1).map_or(self.text.len(), |s| s.at);
            let (from, to) = (span.at.max(start), span_end.min(end));
            if span.at >= end {
                break;
            }
            if from < to {
                let (source, len) = if span.exact {
                    (span.from + from - span.at, to - from)
                } else {
                    (span.from, span.len)
                };
                part.spans.push(Span {
                    at: from - start,
                    from: source,
                    len,
                    exact: span.exact,
                });
            }
        }
        part
    }

    /// End (exclusive) of span `i` in `text`.
    pub fn end_of(&self, i: usize) -> usize {
        self.spans.get(i + 1).map_or(self.text.len(), |s| s.at)
    }

    /// Where the text went that was at bytes `start..end` of the source: bytes of `text`, `None` if all of it was left
    /// out. Spans must be in the source's order, as every reading step leaves them.
    pub fn image(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let first = self.spans.partition_point(|s| s.from + s.len <= start);
        let mut image: Option<(usize, usize)> = None;
        for (i, span) in self.spans.iter().enumerate().skip(first) {
            if span.from >= end {
                break;
            }
            if span.len == 0 {
                continue;
            }
            let (a, b) = if span.exact {
                (
                    span.at + start.saturating_sub(span.from),
                    span.at + span.len.min(end - span.from),
                )
            } else {
                (span.at, self.end_of(i))
            };
            image = Some((image.map_or(a, |(first, _)| first), b));
        }
        image
    }

    /// `self` was made from `inner.text`: the same text, traced to what `inner` was made from.
    pub fn through(self, inner: &Traced) -> Traced {
        let mut spans = Vec::with_capacity(self.spans.len() + inner.spans.len());
        let mut cursor = 0;
        for span in &self.spans {
            if span.len == 0 {
                let from = spans.last().map_or(0, |s: &Span| s.from + s.len);
                spans.push(Span { from, ..*span });
                continue;
            }
            if inner.spans.get(cursor).is_some_and(|s| s.at > span.from) {
                cursor = inner.spans.partition_point(|s| s.at <= span.from).saturating_sub(1);
            }
            while cursor + 1 < inner.spans.len() && inner.end_of(cursor) <= span.from {
                cursor += 1;
            }
            let end = span.from + span.len;
            if span.exact {
                let mut i = cursor;
                while i < inner.spans.len() && inner.spans[i].at < end {
                    let below = inner.spans[i];
                    let (from, to) = (below.at.max(span.from), inner.end_of(i).min(end));
                    let at = span.at + from - span.from;
                    if below.exact {
                        spans.push(Span {
                            at,
                            from: below.from + from - below.at,
                            len: to - from,
                            exact: true,
                        });
                    } else {
                        spans.push(Span { at, ..below });
                    }
                    cursor = i;
                    i += 1;
                }
            } else {
                let (mut low, mut high) = (usize::MAX, 0);
                let mut i = cursor;
                while i < inner.spans.len() && inner.spans[i].at < end {
                    let below = inner.spans[i];
                    let (from, to) = (below.at.max(span.from), inner.end_of(i).min(end));
                    let (a, b) = if below.exact {
                        (below.from + from - below.at, below.from + to - below.at)
                    } else {
                        (below.from, below.from + below.len)
                    };
                    (low, high) = (low.min(a), high.max(b));
                    cursor = i;
                    i += 1;
                }
                spans.push(Span {
                    at: span.at,
                    from: low.min(high),
                    len: high.saturating_sub(low),
                    exact: false,
                });
            }
        }
        Traced {
            text: self.text,
            spans,
            hidden: self.hidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_two_steps() {
        // 甲&lt;乙 written in JSON as "甲\u0026lt;乙"
        let mut json = Traced::default();
        json.copy("甲\\u0026lt;乙", 0, 3);
        json.replace("&", 3, 9);
        json.copy("甲\\u0026lt;乙", 9, 15);
        assert_eq!(json.text, "甲&lt;乙");
        let mut plain = Traced::default();
        plain.copy(&json.text, 0, 3);
        plain.replace("<", 3, 7);
        plain.copy(&json.text, 7, 10);
        plain.insert("\n");
        let joined = plain.through(&json);
        assert_eq!(joined.text, "甲<乙\n");
        assert_eq!(
            joined.spans,
            [
                Span {
                    at: 0,
                    from: 0,
                    len: 3,
                    exact: true
                },
                Span {
                    at: 3,
                    from: 3,
                    len: 9,
                    exact: false
                },
                Span {
                    at: 4,
                    from: 12,
                    len: 3,
                    exact: true
                },
                Span {
                    at: 7,
                    from: 15,
                    len: 0,
                    exact: false
                },
            ]
        );
        assert_eq!(joined.image(12, 15), Some((4, 7)));
        assert_eq!(joined.image(5, 6), Some((3, 4)));
        assert_eq!(
            joined.slice(3, 7).spans[1],
            Span {
                at: 1,
                from: 12,
                len: 3,
                exact: true
            }
        );
    }
}
