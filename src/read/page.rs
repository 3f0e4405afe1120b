//! Web pages: the article, not the page's furniture.
//!
//! `dom_smoothie` finds the article in the tree of the page, and with it loses the places. So the text is taken from the
//! page as `html.rs` reads it, which knows its places and leaves out what is hidden, and the article found only selects
//! lines of it.

use super::encoding::{Decoded, encoding_for};
use super::html;
use super::metadata::{self, Metadata};
use super::plain;
use super::traced::Traced;
use super::{Document, SourceMap};
use dom_smoothie::{Config, Readability};
use encoding_rs::Encoding;
use html5gum::{DefaultEmitter, Token, Tokenizer};
use std::collections::HashMap;

/// Pages that go beyond one of these limits are no articles but made to keep their readers busy, and taken whole: finding
/// the article takes time with the square of depth and of attributes, and of length times references.
fn is_tame(source: &str, build: html::Build) -> bool {
    let references = memchr::memchr_iter(b'&', source.as_bytes()).count();
    build.depth <= 256
        && build.attributes <= 256
        && build.elements <= 100_000
        && source.len() <= 4 << 20
        && references.saturating_mul(source.len()) <= 1 << 32
}

/// Fewer characters than this are taken for an article only if nothing better is found. News flashes in Chinese are short.
const SHORT_ARTICLE: usize = 30;

/// Names of `<meta>` elements (`name`, `property` or `itemprop`, lower case) that tell the day of publication, best first.
const PUBLISHED: [&str; 16] = [
    "article:published_time",
    "datepublished",
    "og:published_time",
    "publishdate",
    "publish-date",
    "publish_date",
    "publish_time",
    "publishtime",
    "pubdate",
    "weibo:article:create_at",
    "apub:time",
    "parsely-pub-date",
    "dcterms.created",
    "dc.date.issued",
    "dc.date",
    "date",
];

/// The same for the publisher.
const PUBLISHER: [&str; 6] = [
    "og:site_name",
    "publisher",
    "source",
    "mediaid",
    "dc.publisher",
    "application-name",
];

/// What the page says its encoding is, in the first bytes.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096)];
    let mut from = 0;
    while let Some(at) = find(&head[from..], b"<meta").map(|i| from + i) {
        let end = head[at..]
            .iter()
            .position(|b| *b == b'>')
            .map_or(head.len(), |i| at + i);
        let tag = &head[at..end];
        if let Some(charset) = find(tag, b"charset") {
            let value = tag[charset + 7..]
                .trim_ascii_start()
                .strip_prefix(b"=")
                .unwrap_or_default();
            let value = value.trim_ascii_start();
            let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
            let length = value
                .iter()
                .position(|b| !(b.is_ascii_alphanumeric() || b"-_:".contains(b)))
                .unwrap_or(value.len());
            if let Some(encoding) = std::str::from_utf8(&value[..length]).ok().and_then(encoding_for) {
                return Some(encoding);
            }
        }
        from = end;
    }
    None
}

/// `needle` (lower case) in `bytes`, in any case.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|w| w.eq_ignore_ascii_case(needle))
}

/// The article of the page. `with_id` completes its metadata.
pub(super) fn parse(decoded: &Decoded<'_>, with_id: impl FnOnce(Metadata) -> Metadata) -> Option<Document> {
    let source = &*decoded.text;
    let (page, build) = html::page_text(source);
    let head = Head::of(source);
    let article = if is_tame(source, build) {
        Article::of(source)
    } else {
        None
    };
    let lines = Lines::of(&page.text);

    let chosen = article
        .as_ref()
        .map(|a| lines.chosen_by(&a.text))
        .filter(|c| !c.is_empty());
    let chosen = chosen.unwrap_or_else(|| (0..lines.0.len()).map(|n| (n, lines.0[n])).collect());
    let given_title = article
        .as_ref()
        .map(|a| a.title.as_str())
        .filter(|t| !t.is_empty())
        .unwrap_or(&head.title);
    let given_title = plain::clean(given_title, false)
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let headline = lines.headline(&given_title, chosen.first().map_or(0, |(n, _)| *n));

    // What stands before the headline is the page's, unless most of the article would.
    let chosen = match headline.map(|headline| chosen.partition_point(|(n, _)| *n < headline)) {
        Some(before) if before * 2 < chosen.len() => &chosen[before..],
        _ => &chosen[..],
    };
    let first = chosen.first().map_or(0, |(n, _)| *n);

    let mut title = Traced::default();
    match headline {
        Some(n) => title = page.slice(lines.0[n].0, lines.0[n].1),
        None => title.insert(without_site(&given_title, head.meta(&PUBLISHER))),
    }
    let title = plain::title_line(&title.text).through(&title);
    let mut body = Traced::default();
    let mut last_end = 0;
    for (n, (start, end)) in chosen {
        // The headline again at the head of the article, and the line that tells when it was published.
        let line = &page.text[*start..*end];
        if Some(*n) == headline || (body.text.is_empty() && (line == title.text || is_dateline(line))) {
            continue;
        }
        if !body.text.is_empty() {
            // Cells that stood beside each other stay on their line.
            let beside = last_end + 1 == *start && page.text.as_bytes().get(last_end) == Some(&b'\t');
            body.insert(if beside { "\t" } else { "\n" });
        }
        last_end = *end;
        body.append(page.slice(*start, *end));
    }
    if title.text.is_empty() && body.text.is_empty() {
        return None;
    }

    let published = article
        .as_ref()
        .and_then(|a| a.published.as_deref())
        .into_iter()
        .chain(
            PUBLISHED
                .iter()
                .filter_map(|name| head.fields.get(*name).map(String::as_str)),
        )
        .chain(head.time.as_deref())
        .find_map(|date| metadata::date(date).ok().or_else(|| metadata::date_within(date)))
        .or_else(|| lines.dateline(headline, first));
    let publisher = head
        .meta(&PUBLISHER)
        .or(article.as_ref().and_then(|a| a.publisher.as_deref()));
    let metadata = Metadata {
        // The address is no id here: the pages of a site often all name its front page.
        id: None,
        url: None,
        title: Some(title.text.clone()),
        published,
        publisher: publisher
            .map(|p| plain::title_line(p).text.trim().to_owned())
            .filter(|p| !p.is_empty()),
        language: head.language,
    };
    let metadata = Metadata {
        url: head.url,
        ..with_id(metadata)
    };

    let mut newline = Traced::default();
    newline.insert("\n");
    let map = SourceMap::new(decoded, &[&title, &newline, &body]);
    let mut document = Document::assemble(metadata, &title.text, &body.text, None, map);
    document.hidden = page.hidden;
    Some(document)
}

/// What `dom_smoothie` finds.
struct Article {
    title: String,
    /// The article, a line a block.
    text: String,
    published: Option<String>,
    publisher: Option<String>,
}

impl Article {
    fn of(source: &str) -> Option<Article> {
        let config = Config {
            char_threshold: SHORT_ARTICLE,
            ..Config::default()
        };
        let article = Readability::new(source, None, Some(config)).ok()?.parse().ok()?;
        Some(Article {
            title: article.title,
            text: html::to_text(&article.content, html::Markup::Blocks).text,
            published: article.published_time,
            publisher: article.site_name,
        })
    }
}

/// What the page says of itself.
#[derive(Default)]
struct Head {
    title: String,
    /// `<meta>` by name.
    fields: HashMap<String, String>,
    /// The first `<time datetime>`.
    time: Option<String>,
    url: Option<String>,
    language: Option<String>,
}

impl Head {
    fn of(source: &str) -> Head {
        let mut head = Head::default();
        let mut in_title = false;
        let mut emitter = DefaultEmitter::default();
        // Tags written by scripts are not the page's.
        emitter.naively_switch_states(true);
        for Ok(token) in Tokenizer::new_with_emitter(source, emitter) {
            match token {
                Token::StartTag(tag) => {
                    let get = |name: &[u8]| {
                        tag.attributes
                            .get(name)
                            .map(|v| String::from_utf8_lossy(v).trim().to_owned())
                            .filter(|v| !v.is_empty())
                    };
                    match &**tag.name {
                        b"html" => head.language = head.language.take().or(get(b"lang")).or(get(b"xml:lang")),
                        b"title" => in_title = head.title.is_empty(),
                        b"meta" => {
                            let name = get(b"property").or(get(b"name")).or(get(b"itemprop"));
                            if let (Some(name), Some(content)) = (name, get(b"content")) {
                                let name = name.to_ascii_lowercase().replace(' ', "");
                                head.fields.entry(name).or_insert(content);
                            }
                        }
                        b"link" if get(b"rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                            head.url = head.url.take().or(get(b"href"));
                        }
                        b"time" => head.time = head.time.take().or(get(b"datetime")),
                        _ => {}
                    }
                }
                Token::String(text) if in_title => head.title.push_str(&String::from_utf8_lossy(&text)),
                Token::EndTag(_) => in_title = false,
                _ => {}
            }
        }
        head.url = head
            .url
            .or_else(|| head.fields.get("og:url").cloned())
            .filter(|u| u.starts_with("http"));
        head
    }

    /// The first of `names` that is given, unless it is an address.
    fn meta(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .filter_map(|name| self.fields.get(*name))
            .map(String::as_str)
            .find(|v| !v.starts_with("http"))
    }
}

/// A short line with a day in full that is no sentence: `2025年9月30日 18:05 來源：某報`.
fn is_dateline(line: &str) -> bool {
    line.chars().count() <= 60 && !line.contains(['，', '。', '！', '？', ',']) && metadata::date_within(line).is_some()
}

/// `title` without the name of the site after it: `標題 - 經濟日報`, `标题_新浪财经_新浪网`.
fn without_site<'t>(title: &'t str, site: Option<&str>) -> &'t str {
    let named = site
        .and_then(|site| title.strip_suffix(site))
        .map(|t| t.trim_end().trim_end_matches(['-', '–', '—', '|', '_', '｜']));
    let cut = match named {
        Some(rest) if rest.trim_end().len() < title.len() => rest,
        _ => title.split(['_', '|', '｜']).next().unwrap_or(title),
    };
    let cut = cut.trim();
    // A short beginning is more likely the site than the headline.
    if cut.chars().count() >= 6 { cut } else { title }
}

/// A line with more code points than this hardly stands on a page twice.
const LONG_LINE: usize = 12;

/// How many lines further on (or before the first long one) a short line is looked for.
const NEAR: usize = 40;

/// The lines of a text and the cells of its tables: where each begins and ends, in bytes.
struct Lines<'a>(Vec<(usize, usize)>, &'a str);

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        let mut start = 0;
        let lines = text.split(['\n', '\t']).map(|line| {
            let place = (start, start + line.len());
            start += line.len() + 1;
            place
        });
        Lines(lines.collect(), text)
    }

    fn line(&self, n: usize) -> &'a str {
        let (start, end) = self.0[n];
        &self.1[start..end]
    }

    /// The lines that `article` (a selection of this text, in order) is made of, or the parts of lines.
    ///
    /// Each line of the article is sought after the one before; then what lies between two lines found is looked through
    /// for lines of which the article has only a part, or which it has joined. Lines that the page does not show are not
    /// taken, whatever the article has.
    fn chosen_by(&self, article: &str) -> Vec<(usize, (usize, usize))> {
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        for n in 0..self.0.len() {
            places.entry(self.line(n)).or_default().push(n);
        }
        let place = |line: &str, from: usize, to: usize| {
            let all = places.get(line).map_or(&[][..], Vec::as_slice);
            &all[all.partition_point(|n| *n < from)..all.partition_point(|n| *n < to)]
        };
        let wanted: Vec<&str> = article.split(['\n', '\t']).filter(|l| !l.trim().is_empty()).collect();
        // Long lines first. Short ones (a figure, a name) stand in menus too and are sought only between the long.
        let mut found: Vec<Option<usize>> = vec![None; wanted.len()];
        let mut after = 0;
        for (found, line) in found.iter_mut().zip(&wanted) {
            if line.chars().nth(LONG_LINE).is_some() {
                *found = place(line, after, self.0.len()).first().copied();
                after = found.map_or(after, |n| n + 1);
            }
        }
        let mut low = None;
        let mut next_long = 0;
        for i in 0..wanted.len() {
            if found[i].is_none() {
                next_long = next_long.max(i);
                while next_long < wanted.len() && found[next_long].is_none() {
                    next_long += 1;
                }
                let high = found.get(next_long).copied().flatten();
                let between = match (low, high) {
                    (Some(low), high) => place(wanted[i], low, high.unwrap_or(low + NEAR).min(low + NEAR)).first(),
                    (None, Some(high)) => place(wanted[i], high.saturating_sub(NEAR), high).first(),
                    (None, None) => place(wanted[i], 0, self.0.len()).first(),
                };
                found[i] = between.copied();
            }
            low = found[i].map(|n| n + 1).or(low);
        }
        let mut chosen = Vec::new();
        let mut i = 0;
        while i < wanted.len() {
            if let Some(n) = found[i] {
                chosen.push((n, self.0[n]));
                i += 1;
                continue;
            }
            // So many at a time, or a page made for it would take the square of its length.
            let end = found[i..]
                .iter()
                .take(64)
                .position(Option::is_some)
                .map_or(wanted.len().min(i + 64), |k| i + k);
            let low = chosen.last().map_or(0, |(n, _)| n + 1);
            let high = found
                .get(end)
                .copied()
                .flatten()
                .unwrap_or(self.0.len())
                .min(low + 4 * (end - i) + 16);
            for n in low..high {
                let line = self.line(n);
                let start = self.0[n].0;
                let whole = line.chars().nth(3).is_some() && wanted[i..end].iter().any(|w| w.contains(line));
                let inside = wanted[i..end]
                    .iter()
                    .filter_map(|w| line.find(*w).map(|at| (start + at, start + at + w.len())));
                let hull = inside.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
                chosen.extend(if whole { Some(self.0[n]) } else { hull }.map(|part| (n, part)));
            }
            i = end;
        }
        chosen
    }

    /// The line that is the page's headline: the longest that the page's title begins with, or has in it at least by half.
    fn headline(&self, title: &str, first: usize) -> Option<usize> {
        let length = title.chars().count();
        let candidates = (0..self.0.len()).filter(|n| {
            let line = self.line(*n);
            let points = line.chars().count();
            points >= 4 && points * 2 >= length.min(40) && title.contains(line)
        });
        // Of equal lines, the one nearest before the article.
        candidates.max_by_key(|n| (self.line(*n).len(), std::cmp::Reverse(n.abs_diff(first))))
    }

    /// The date that stands between headline and article, or in the first lines of it.
    fn dateline(&self, headline: Option<usize>, first: usize) -> Option<jiff::civil::Date> {
        let from = headline.map_or(first.saturating_sub(5), |n| n.min(first));
        let to = (first + 3).min(self.0.len());
        (from..to)
            .filter(|n| self.line(*n).chars().count() <= 120)
            .find_map(|n| metadata::date_within(self.line(n)))
    }
}
