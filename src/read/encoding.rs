//! Which encoding are these bytes in, and what do they say?
//!
//! News comes in UTF-8, UTF-16, GB18030 (with GBK and GB2312 inside it) and Big5 (with the Hong Kong supplement).
//! A guess is never the last word: bytes that the guessed encoding does not know refuse the document.

use super::source_map::width;
use super::traced::Span;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Bytes that are not text in the encoding they should be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Undecodable {
    /// First byte that makes no sense.
    pub byte: u64,
    pub reason: String,
    pub remedy: String,
}

/// Text with its way back to the bytes.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub encoding: &'static Encoding,
    /// Length of the byte order mark.
    bom: usize,
    /// From bytes of `text` to bytes of the source; `None` where they are the same but for the byte order mark.
    /// `exact` means here that each code point is as wide as [`width`] says.
    spans: Option<Vec<Span>>,
}

/// The encoding that a label names: any label of the WHATWG standard, and `Big5-HKSCS`, `GB2312`, `GBK` by their superset.
pub fn encoding_for(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label.trim().as_bytes())?;
    Some(if encoding == GBK { GB18030 } else { encoding })
}

/// Finds out the encoding: byte order mark, valid UTF-8, `declared` (what the page says of itself), and then by the
/// frequency of characters.
///
/// Valid UTF-8 goes before the declaration since saved pages often keep the old declaration after a conversion, and a
/// Chinese text in another encoding is practically never valid UTF-8.
pub(super) fn detect(bytes: &[u8], declared: Option<&'static Encoding>) -> Result<&'static Encoding, Undecodable> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok(encoding);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok(encoding);
    }
    if let Some(nul) = bytes.iter().position(|b| *b == 0) {
        return Err(Undecodable {
            byte: nul as u64,
            reason: "there is a NUL byte, so this is not a text file".into(),
            remedy: "convert it to text first, or name its encoding".into(),
        });
    }
    let Err(error) = std::str::from_utf8(bytes) else {
        return Ok(UTF_8);
    };
    if damaged_utf8(bytes) {
        return Err(Undecodable {
            byte: error.valid_up_to() as u64,
            reason: "the text is UTF-8 but has a malformed sequence".into(),
            remedy: "the file may be cut off or damaged: fetch it again".into(),
        });
    }
    if let Some(encoding) = declared.filter(|e| *e != UTF_8 && decodes(e, bytes)) {
        return Ok(encoding);
    }
    let guess = guess(bytes);
    let chinese = [GB18030, BIG5];
    let order = if guess == BIG5 { [BIG5, GB18030] } else { chinese };
    if chinese.contains(&guess) {
        // When neither decodes, the guessed one gives the better reason.
        return Ok(order.into_iter().find(|e| decodes(e, bytes)).unwrap_or(guess));
    }
    // English articles from older systems: only a few curly quotes are not ASCII.
    let foreign = bytes.iter().filter(|b| !b.is_ascii()).count();
    if guess.is_single_byte() && foreign * 20 <= bytes.len() && decodes(WINDOWS_1252, bytes) {
        return Ok(WINDOWS_1252);
    }
    Err(Undecodable {
        byte: error.valid_up_to() as u64,
        reason: format!("the encoding is not known; it looks most like {}", guess.name()),
        remedy: "name the encoding, for instance gb18030 or big5".into(),
    })
}

/// What `chardetng` takes `bytes` for, GBK counted as GB18030.
pub(super) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess == GBK { GB18030 } else { guess }
}

/// UTF-16 shows itself by NUL bytes at one parity only: line ends, digits and Latin letters have them.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) || !bytes.contains(&0) {
        return None;
    }
    let (mut even, mut odd) = (0, 0);
    for pair in bytes.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    match (even, odd) {
        (0, _) if odd * 100 >= bytes.len() => Some(UTF_16LE),
        (_, 0) if even * 100 >= bytes.len() => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether `bytes`, which are not valid UTF-8, are mostly UTF-8 all the same.
fn damaged_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut invalid) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| c.len_utf8() > 2).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    valid > 4 * invalid
}

fn decodes(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .is_some()
}

/// Decodes all of `bytes`. A byte order mark at the beginning is left out.
pub(super) fn decode<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Result<Decoded<'a>, Undecodable> {
    let bom = Encoding::for_bom(bytes)
        .filter(|(e, _)| *e == encoding)
        .map_or(0, |(_, len)| len);
    let body = &bytes[bom..];
    if encoding == UTF_8 {
        return match std::str::from_utf8(body) {
            Ok(text) => Ok(Decoded {
                text: Cow::Borrowed(text),
                encoding,
                bom,
                spans: None,
            }),
            Err(error) => Err(undecodable(encoding, bom + error.valid_up_to())),
        };
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder
        .max_utf8_buffer_length_without_replacement(body.len())
        .unwrap_or(body.len());
    let mut text = String::with_capacity(room);
    let (result, read) = decoder.decode_to_string_without_replacement(body, &mut text, true);
    if let DecoderResult::Malformed(bad, after) = result {
        let first = read.saturating_sub(usize::from(bad) + usize::from(after));
        return Err(undecodable(encoding, bom + first));
    }
    text.shrink_to_fit();
    let spans = if encoding == UTF_16LE || encoding == UTF_16BE || encoding.is_single_byte() {
        vec![Span {
            at: 0,
            from: bom,
            len: body.len(),
            exact: true,
        }]
    } else {
        spans_of(encoding, body, bom, &text)
    };
    Ok(Decoded {
        text: Cow::Owned(text),
        encoding,
        bom,
        spans: Some(spans),
    })
}

fn undecodable(encoding: &'static Encoding, byte: usize) -> Undecodable {
    Undecodable {
        byte: byte as u64,
        reason: format!("the bytes are not {}", encoding.name()),
        remedy: "name the right encoding, or fetch the file again if it is damaged".into(),
    }
}

/// Walks `body` and `text` side by side. Both are known to fit, since one was decoded from the other.
fn spans_of(encoding: &'static Encoding, body: &[u8], bom: usize, text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let (mut at, mut byte) = (0, 0);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let lead = body.get(byte).copied().unwrap_or_default();
        let trail = body.get(byte + 1).copied().unwrap_or_default();
        let wide = match lead {
            // 0x80 and 0xFF stand alone where an encoding has them.
            0..=0x80 | 0xFF => 1,
            _ if encoding == GB18030 && trail.is_ascii_digit() => 4,
            _ => 2,
        };
        let mut len = c.len_utf8();
        // Four sequences of Big5 are a letter with a combining mark: two code points.
        if encoding == BIG5 && lead == 0x88 && matches!(trail, 0x62 | 0x64 | 0xA3 | 0xA5) {
            len += chars.next().map_or(0, char::len_utf8);
        }
        let exact = len == c.len_utf8() && wide == width(encoding, c);
        match spans.last_mut() {
            Some(last) if last.exact && exact => last.len += wide,
            _ => spans.push(Span {
                at,
                from: bom + byte,
                len: wide,
                exact,
            }),
        }
        at += len;
        byte += wide;
    }
    spans
}

impl Decoded<'_> {
    pub fn cursor(&self) -> ByteCursor<'_> {
        ByteCursor {
            decoded: self,
            span: 0,
            at: 0,
            byte: 0,
        }
    }
}

/// Follows the text of a [`Decoded`] and knows the byte at each place; quick as long as it is asked in order.
pub(super) struct ByteCursor<'a> {
    decoded: &'a Decoded<'a>,
    span: usize,
    /// Inside `span`: byte of the text, byte of the source.
    at: usize,
    byte: usize,
}

impl ByteCursor<'_> {
    /// The byte of the source at which the code point at byte `at` of the text begins; the end of both is a place too.
    pub fn byte_at(&mut self, at: usize) -> usize {
        if at < self.decoded.text.len() {
            let Some(spans) = &self.decoded.spans else {
                return at + self.decoded.bom;
            };
            return self.seek(spans, at);
        }
        self.cover(0, self.decoded.text.len()).1
    }

    /// The bytes that `from..to` (bytes of the text) were decoded from.
    pub fn cover(&mut self, from: usize, to: usize) -> (usize, usize) {
        let Some(spans) = &self.decoded.spans else {
            return (from + self.decoded.bom, to + self.decoded.bom);
        };
        let start = self.seek(spans, from);
        let last = to.saturating_sub(1);
        let begin_of_last = self.decoded.text[..to]
            .char_indices()
            .next_back()
            .map_or(last, |(i, _)| i)
            .max(from);
        let start_of_last = self.seek(spans, begin_of_last);
        let end = match spans.get(self.span) {
            Some(span) if span.exact => {
                start_of_last
                    + self.decoded.text[begin_of_last..to]
                        .chars()
                        .map(|c| width(self.decoded.encoding, c))
                        .sum::<usize>()
            }
            Some(span) => span.from + span.len,
            None => start_of_last,
        };
        (start, end)
    }

    /// Splits `from..to` (bytes of the text, `points` code points) into runs that were decoded evenly, and tells of each
    /// how many code points stand before it, how many it has, and its bytes.
    pub fn exact_runs(
        &mut self,
        from: usize,
        to: usize,
        points: usize,
        mut run: impl FnMut(usize, usize, usize, usize),
    ) {
        let Some(spans) = &self.decoded.spans else {
            return run(0, points, from + self.decoded.bom, to + self.decoded.bom);
        };
        let (mut place, mut before) = (from, 0);
        while place < to {
            let start = self.seek(spans, place);
            let Some(span) = spans.get(self.span) else {
                return;
            };
            let end = spans
                .get(self.span + 1)
                .map_or(self.decoded.text.len(), |s| s.at)
                .min(to);
            let piece = &self.decoded.text[place..end];
            let count = piece.chars().count();
            if span.exact {
                let (_, stop) = self.cover(place, end);
                run(before, count, start, stop);
            } else {
                for n in 0..count {
                    run(before + n, 1, span.from, span.from + span.len);
                }
            }
            before += count;
            place = end;
        }
    }

    /// Moves to byte `at` of the text and gives the byte of the source at which that code point begins.
    fn seek(&mut self, spans: &[Span], at: usize) -> usize {
        let inside =
            |i: usize| spans.get(i).is_some_and(|s| s.at <= at) && spans.get(i + 1).is_none_or(|next| at < next.at);
        if !inside(self.span) || at < self.at {
            if !inside(self.span) {
                self.span = spans.partition_point(|s| s.at <= at).saturating_sub(1);
            }
            let Some(span) = spans.get(self.span) else {
                return 0;
            };
            (self.at, self.byte) = (span.at, span.from);
        }
        if let Some(span) = spans.get(self.span) {
            if span.exact {
                let widths = self.decoded.text[self.at..at]
                    .chars()
                    .map(|c| width(self.decoded.encoding, c));
                self.byte += widths.sum::<usize>();
                self.at = at;
            } else {
                (self.at, self.byte) = (span.at, span.from);
            }
        }
        self.byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_encodings_of_news_apart() {
        let traditional = "國泰航空（0293）今日公布，去年純利98.88億元，按年升5.8%。";
        let simplified = "国泰航空今日公布，去年净利润98.88亿元，同比增长5.8%。";
        let utf16 = |text: &str, le: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|u| if le { u.to_le_bytes() } else { u.to_be_bytes() })
                .collect()
        };
        let cases: [(&str, Vec<u8>, &Encoding, &str); 8] = [
            ("UTF-8", traditional.into(), UTF_8, traditional),
            (
                "UTF-8 with mark",
                format!("\u{FEFF}{traditional}").into(),
                UTF_8,
                traditional,
            ),
            ("Big5", BIG5.encode(traditional).0.into(), BIG5, traditional),
            ("GB18030", GB18030.encode(simplified).0.into(), GB18030, simplified),
            (
                "Traditional in GBK",
                GB18030.encode(traditional).0.into(),
                GB18030,
                traditional,
            ),
            (
                "UTF-16LE with mark",
                utf16(&format!("\u{FEFF}{simplified}"), true),
                UTF_16LE,
                simplified,
            ),
            ("UTF-16LE", utf16(simplified, true), UTF_16LE, simplified),
            ("UTF-16BE", utf16(simplified, false), UTF_16BE, simplified),
        ];
        for (name, bytes, encoding, text) in cases {
            let found = detect(&bytes, None).expect(name);
            assert_eq!(found, encoding, "{name}");
            assert_eq!(decode(&bytes, found).expect(name).text, text, "{name}");
        }
    }

    #[test]
    fn cut_off_utf8_is_not_taken_for_gbk() {
        let text = "港交所公布新股上市安排，市場反應熱烈。";
        let bytes = &text.as_bytes()[..text.len() - 1];
        assert_eq!(detect(bytes, None).unwrap_err().byte, (text.len() - 3) as u64);
    }

    #[test]
    fn names_the_first_bad_byte() {
        let mut bytes = GB18030.encode("上市公司").0.into_owned();
        bytes.extend([0xFF, 0xFF]);
        assert_eq!(decode(&bytes, GB18030).unwrap_err().byte, 8);
        let mut bytes = BIG5.encode("上市公司").0.into_owned();
        bytes.insert(4, 0xFF);
        assert_eq!(decode(&bytes, BIG5).unwrap_err().byte, 4);
    }

    #[test]
    fn two_code_points_from_one_sequence() {
        let bytes = [0xA4, 0xA4, 0x88, 0x62, b'a', 0x87, 0x40];
        let decoded = decode(&bytes, BIG5).expect("HKSCS");
        assert_eq!(decoded.text, "中\u{CA}\u{304}a\u{43F0}");
        let mut runs = Vec::new();
        decoded
            .cursor()
            .exact_runs(0, decoded.text.len(), 5, |a, b, c, d| runs.push((a, b, c, d)));
        assert_eq!(runs, [(0, 1, 0, 2), (1, 1, 2, 4), (2, 1, 2, 4), (3, 2, 4, 7)]);
    }

    #[test]
    fn every_sequence_of_the_tables_leads_back() {
        for encoding in [BIG5, GB18030] {
            let mut bytes = Vec::new();
            for lead in 0x81..=0xFE {
                for trail in 0x40..=0xFE {
                    if decodes(encoding, &[lead, trail]) {
                        bytes.extend([lead, trail]);
                    }
                }
                // Latin letters between them, and of GB18030 some sequences of four bytes.
                bytes.push(b'a');
                if encoding == GB18030 && decodes(encoding, &[lead, 0x30, 0x81, 0x30]) {
                    bytes.extend([lead, 0x30, 0x81, 0x30]);
                }
            }
            let decoded = decode(&bytes, encoding).expect("each sequence decodes");
            let chars: Vec<char> = decoded.text.chars().collect();
            let (mut seen, mut reached) = (0, 0);
            decoded
                .cursor()
                .exact_runs(0, decoded.text.len(), chars.len(), |before, count, from, to| {
                    assert_eq!(before, seen);
                    seen += count;
                    let (back, _) = encoding.decode_without_bom_handling(&bytes[from..to]);
                    let run: String = chars[before..before + count].iter().collect();
                    assert!(
                        back == run || (count == 1 && back.contains(&run)),
                        "{run:?} from {back:?}"
                    );
                    assert!(from <= reached && to >= reached, "no byte is left out");
                    reached = to;
                });
            assert_eq!((seen, reached), (chars.len(), bytes.len()));
        }
    }
}
