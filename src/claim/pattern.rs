//! Patterns: regular expressions over skeletons, written as data (`patterns/*.toml`, described in `patterns/README.md`).

use super::Status;
use super::matcher::Matcher;
use super::outline::{Outline, required_symbols, required_words, word_sets};
use super::predicate::Predicate;
use super::skeleton::{
    DATE_SYMBOL, Depth, ENTITY_SYMBOLS, METRIC_SYMBOL, ROLE_SYMBOL, SymbolSet, entity_symbol, quantity_symbol,
};
use super::words::{SetId, Vocabulary};
use crate::entity::EntityType;
use crate::entity::lexicon::{Lexicon, TermTable};
use crate::measure::Kind;
use crate::text::{fold, is_han};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A mistake in a pattern file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct PatternError {
    pub file: String,
    pub line: usize,
    pub reason: String,
}

/// One pattern as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Spanned<String>,
    predicate: Spanned<String>,
    #[serde(rename = "match")]
    forms: Vec<Spanned<String>>,
    /// Qualifiers that the pattern itself states
    #[serde(default)]
    set: BTreeMap<String, toml::Value>,
    /// Types the subject may have when it is left out and taken from the topic
    #[serde(default)]
    topic: Vec<Spanned<String>>,
    /// The same for an object left out
    #[serde(default)]
    topic_object: Vec<Spanned<String>>,
    /// How far back a subject or object left out is sought
    #[serde(default)]
    reach: Reach,
    /// Words that must not stand directly before the subject (在, 据: then it is none)
    #[serde(default)]
    not_before: Vec<String>,
    /// `-` makes a number negative (a fall)
    #[serde(default)]
    sign: Option<String>,
    /// Overrides what the cues around say
    #[serde(default)]
    status: Option<Status>,
    /// Cue classes that say nothing here (`["planned"]` where the trigger itself is such a word)
    #[serde(default)]
    ignore: Vec<String>,
    /// `none`: no date of the surroundings is taken; `clause`: only one beside the match
    #[serde(default)]
    date: DateScope,
    /// Quantities of the same clause to take along: `amount` = `money`
    #[serde(default)]
    take: BTreeMap<String, String>,
    /// Qualifier and table of terms to look for in the clause: `session` = `sessions`
    #[serde(default)]
    seek: BTreeMap<String, String>,
    /// Only where what a capture means is one of these; captures not in the match don't count
    #[serde(default)]
    only: BTreeMap<String, Vec<String>>,
    /// Only where what a capture means is none of these
    #[serde(default)]
    except: BTreeMap<String, Vec<String>>,
    /// The qualifier that repeats the object (a growth rate given alone is its own change)
    #[serde(default)]
    echo: Option<String>,
    /// Sentences of headlines only
    #[serde(default)]
    title: bool,
    /// What is taken along may also stand where a left-out subject or object is named
    #[serde(default)]
    recall: bool,
    /// No pronoun or shorthand is the object
    #[serde(default)]
    named: bool,
    /// What a figure of a unit measures (`store` = `stores`): the metric of a figure told without one
    #[serde(default)]
    counts: BTreeMap<String, String>,
    /// The skeleton that the forms are matched on, where it isn't the predicate's
    #[serde(default)]
    depth: Option<Depth>,
    #[serde(default = "default_score")]
    score: f32,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    counterexamples: Vec<String>,
}

fn default_score() -> f32 {
    0.9
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateScope {
    /// A date captured, in the clause, or else in the sentence
    #[default]
    Sentence,
    /// Also the last date of the sentences before (market reports name the day once)
    Running,
    /// Also the last reporting period of the sentences before
    Period,
    Clause,
    None,
}

/// How far back a subject left out is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Named in the sentence itself
    Sentence,
    /// There, or in the sentences before of the same paragraph or under its heading
    Paragraph,
    /// There, or in the paragraph before
    Previous,
    /// In the sentence before, which must end in a colon
    Colon,
    /// Named in the sentence itself or before, or what the article is about
    #[default]
    Article,
    /// What the article is about, whatever stands nearer
    Main,
    /// Whom the lexicon knows the subject to belong to, where the article names it
    Home,
    /// Of persons who says the words that a sentence before began to quote, of others what those named first
    Quote,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// `zh` (the default) or `en`
    #[serde(default)]
    language: Option<String>,
    /// Pieces that forms share, written `@name` in them
    #[serde(default)]
    fragments: BTreeMap<String, String>,
    /// Words and terms that `only` and `except` share, written `@name` among them
    #[serde(default)]
    lists: BTreeMap<String, Vec<String>>,
    pattern: Vec<Written>,
}

/// A list with what the lists named in it (`@name`) hold.
fn expanded(words: Vec<String>, lists: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>, String> {
    let mut out = Vec::with_capacity(words.len());
    for word in words {
        match word.strip_prefix('@') {
            Some(name) => {
                let list = lists.get(name).ok_or_else(|| format!("no list `{name}` is in this file"))?;
                out.extend(list.iter().cloned());
            }
            None => out.push(word),
        }
    }
    Ok(out)
}

/// A pattern ready to match.
#[derive(Debug)]
pub struct Pattern {
    /// Goes into `rule` of the claims it makes.
    pub id: String,
    pub predicate: Predicate,
    pub(super) forms: Vec<Form>,
    /// For sentences in English
    pub english: bool,
    pub set: BTreeMap<String, serde_json::Value>,
    pub topic: Vec<EntityType>,
    pub topic_object: Vec<EntityType>,
    pub reach: Reach,
    pub not_before: Vec<String>,
    pub negative: bool,
    pub status: Option<Status>,
    pub ignore: Vec<String>,
    pub date: DateScope,
    /// Qualifier and the kinds of quantity it takes
    pub take: Vec<(String, Vec<Kind>)>,
    /// Qualifier and table of terms
    pub seek: Vec<(String, String)>,
    /// Capture and what it must mean; a role's or metric's name, or the words themselves
    pub only: BTreeMap<String, Vec<String>>,
    pub except: BTreeMap<String, Vec<String>>,
    /// Matches the title only
    pub title: bool,
    /// Whether `take` and `seek` also look where a left-out subject or object is named
    pub recall: bool,
    /// Whether the object must be named: a pronoun or shorthand is none
    pub named: bool,
    /// Unit and metric: only figures of these units, and what they measure
    pub counts: BTreeMap<String, String>,
    pub depth: Depth,
    /// The qualifier that repeats the object
    pub echo: Option<String>,
    pub score: f32,
    pub examples: Vec<String>,
    pub counterexamples: Vec<String>,
    /// File and line, for messages
    pub place: (String, usize),
    /// Names of the captures of all forms
    names: Vec<String>,
}

/// One of the expressions of a pattern.
#[derive(Debug)]
pub(super) struct Form {
    pub matcher: Matcher,
    /// One of these words stands in every match
    pub trigger: SetId,
    /// Further sets of words of which every match holds one each
    pub needs: Vec<SetId>,
    /// Sets of symbols of which every match holds one each
    pub symbols: Vec<SymbolSet>,
    pub outline: Outline,
}

impl Pattern {
    /// Names of the captures of all forms, sorted.
    pub fn captures(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}

/// Parses and compiles one file.
pub(super) fn compile(
    path: &str,
    content: &str,
    lexicon: &Lexicon,
    vocabulary: &mut Vocabulary,
) -> Result<Vec<Pattern>, PatternError> {
    let breaks: Vec<usize> = content.match_indices('\n').map(|(at, _)| at).collect();
    // `offset` lies behind the first byte of what is meant.
    let line = |offset: usize| 1 + breaks.partition_point(|&at| at + 1 < offset);
    let error = |offset: usize, reason: String| PatternError {
        file: path.to_owned(),
        line: line(offset),
        reason,
    };
    let file: File =
        toml::from_str(content).map_err(|e| error(e.span().map_or(0, |s| s.start + 1), e.message().to_owned()))?;
    let english = file.language.as_deref() == Some("en");
    let mut patterns = Vec::with_capacity(file.pattern.len());
    for written in file.pattern {
        let at = written.id.span().start + 1;
        let predicate: Predicate = written
            .predicate
            .get_ref()
            .parse()
            .map_err(|e: super::UnknownPredicate| error(written.predicate.span().start + 1, e.to_string()))?;
        let mut forms = Vec::with_capacity(written.forms.len());
        for form in &written.forms {
            let offset = form.span().start + 1;
            let mut whole = form.get_ref().clone();
            for (name, piece) in &file.fragments {
                whole = whole.replace(&format!("@{name}"), piece);
            }
            let source = translate(&whole, english, lexicon, vocabulary).map_err(|reason| error(offset, reason))?;
            let hir = regex_syntax::parse(&vocabulary.share(&source))
                .map_err(|e| error(offset, format!("not a regular expression: {e}")))?;
            let required = required_words(&hir, vocabulary).ok_or_else(|| {
                error(
                    offset,
                    "no word, role or metric is required by this form, so it would be tried on every sentence"
                        .to_owned(),
                )
            })?;
            let mut needs = Vec::new();
            word_sets(&hir, vocabulary, &mut needs);
            // Small sets are asked sooner and lacked oftener.
            needs.sort_by_cached_key(|&set| (vocabulary.members(set).len(), set));
            needs.dedup();
            forms.push(Form {
                matcher: Matcher::new(&hir, vocabulary).map_err(|e| error(offset, e.to_string()))?,
                trigger: vocabulary.set(required),
                needs,
                symbols: required_symbols(&hir),
                outline: Outline::new(&hir, vocabulary),
            });
        }
        let types =
            |names: &[Spanned<String>]| -> Result<Vec<EntityType>, PatternError> {
                let mut out = Vec::new();
                for name in names {
                    out.extend(entity_types(name.get_ref()).ok_or_else(|| {
                        error(name.span().start + 1, format!("`{}` is no entity type", name.get_ref()))
                    })?);
                }
                Ok(out)
            };
        let topic = types(&written.topic)?;
        let topic_object = types(&written.topic_object)?;
        let mut take = Vec::new();
        for (qualifier, kinds) in &written.take {
            let kinds: Option<Vec<Kind>> = kinds.split('|').map(quantity_kind).collect();
            take.push((
                qualifier.clone(),
                kinds.ok_or_else(|| error(at, format!("`{qualifier}` takes no known kind of quantity")))?,
            ));
        }
        let conditions = |written: BTreeMap<String, Vec<String>>| -> Result<BTreeMap<String, Vec<String>>, PatternError> {
            let all = written.into_iter().map(|(name, words)| {
                let mut words = expanded(words, &file.lists).map_err(|reason| error(at, reason))?;
                // What a capture of this name holds is compared in the folded script.
                if name.starts_with('_') {
                    words = words.iter().map(|word| fold(word)).collect();
                }
                Ok((name, words))
            });
            all.collect()
        };
        let (only, except) = (conditions(written.only)?, conditions(written.except)?);
        patterns.push(Pattern {
            predicate,
            english,
            set: written.set.into_iter().map(|(k, v)| (k, json(v))).collect(),
            topic,
            topic_object,
            reach: written.reach,
            not_before: written.not_before.iter().map(|w| fold(w)).collect(),
            negative: written.sign.as_deref() == Some("-"),
            status: written.status,
            ignore: written.ignore,
            date: written.date,
            take,
            seek: written.seek.into_iter().collect(),
            only,
            except,
            title: written.title,
            recall: written.recall,
            named: written.named,
            counts: written.counts,
            depth: written.depth.unwrap_or_else(|| Depth::of(predicate)),
            echo: written.echo,
            score: written.score,
            examples: written.examples,
            counterexamples: written.counterexamples,
            place: (path.to_owned(), line(at)),
            names: {
                let mut names: Vec<String> = forms
                    .iter()
                    .flat_map(|form: &Form| form.matcher.names().map(str::to_owned))
                    .collect();
                names.sort();
                names.dedup();
                names
            },
            forms,
            id: written.id.into_inner(),
        });
    }
    Ok(patterns)
}

fn json(value: toml::Value) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or(serde_json::Value::Null)
}

/// The entity types that a name in a pattern stands for.
pub(super) fn entity_types(name: &str) -> Option<Vec<EntityType>> {
    use EntityType::*;
    Some(match name {
        "Company" => vec![Company],
        "Organization" => vec![Organization],
        "Org" => vec![Company, Organization],
        "Person" => vec![Person],
        "Place" => vec![Place],
        "Product" => vec![Product],
        "Model" => vec![Model],
        "Chip" => vec![Chip],
        "Listing" => vec![Listing],
        "Index" => vec![Index],
        "Benchmark" => vec![Benchmark],
        "Ranking" => vec![Ranking],
        "Thing" => vec![Product, Model, Chip],
        "Agent" => vec![Company, Organization, Person],
        "Any" => vec![
            Company,
            Organization,
            Person,
            Place,
            Product,
            Model,
            Chip,
            Listing,
            Index,
            Benchmark,
            Ranking,
        ],
        _ => return None,
    })
}

/// The kind of quantity that a name in a pattern stands for.
pub(super) fn quantity_kind(name: &str) -> Option<Kind> {
    Some(match name {
        "percent" => Kind::Percent,
        "money" => Kind::Money,
        "multiple" => Kind::Multiple,
        "count" => Kind::Count,
        "duration" => Kind::Duration,
        "number" => Kind::Number,
        _ => return None,
    })
}

/// The table of terms of this name (`lexicon/terms/NAME.tsv`).
pub(super) fn table(name: &str) -> Option<TermTable> {
    Some(match name {
        "rounds" => TermTable::Rounds,
        "ratings" => TermTable::Ratings,
        "sessions" => TermTable::Sessions,
        "regions" => TermTable::Regions,
        "degrees" => TermTable::Degrees,
        "aspects" => TermTable::Aspects,
        _ => return None,
    })
}

/// What a capture may be, as a piece of a regular expression.
fn capture_kinds(kinds: &str, lexicon: &Lexicon, vocabulary: &mut Vocabulary) -> Result<String, String> {
    let mut symbols = String::new();
    let mut words: Vec<String> = Vec::new();
    for name in kinds.split('|').map(str::trim) {
        if let Some(types) = entity_types(name) {
            symbols.extend(types.into_iter().map(entity_symbol));
        } else if let Some(kind) = quantity_kind(name) {
            symbols.push(quantity_symbol(kind));
        } else {
            match name {
                "quantity" => symbols.extend(
                    [
                        Kind::Percent,
                        Kind::Money,
                        Kind::Multiple,
                        Kind::Count,
                        Kind::Duration,
                        Kind::Number,
                    ]
                    .map(quantity_symbol),
                ),
                "date" => symbols.push(DATE_SYMBOL),
                "role" => symbols.push(ROLE_SYMBOL),
                "metric" => symbols.push(METRIC_SYMBOL),
                "text" => words.push(r"[^,;:。!?“”]+?".to_owned()),
                "quoted" => words.push(r"[^“”]+?".to_owned()),
                other => {
                    let terms = table(other).map_or(&[][..], |table| lexicon.terms(table));
                    let forms = || terms.iter().flat_map(|term| &term.forms);
                    if forms().next().is_none() {
                        return Err(format!(
                            "`{other}` is neither an entity type, a kind of quantity nor a table of terms"
                        ));
                    }
                    words.push(vocabulary.placeholder(format!("table {other}"), || {
                        forms().map(|form| form.text.clone()).collect()
                    }));
                }
            }
        }
    }
    if !symbols.is_empty() {
        words.insert(0, format!("[{symbols}]"));
    }
    Ok(words.join("|"))
}

/// Where a Latin word begins or ends, beside a Chinese character too (GPT的).
const BOUNDARY: &str = r"(?-u:\b)";

/// Turns a form as written into a regular expression over skeletons.
fn translate(form: &str, english: bool, lexicon: &Lexicon, vocabulary: &mut Vocabulary) -> Result<String, String> {
    let entities = format!("{}-{}", ENTITY_SYMBOLS.0, ENTITY_SYMBOLS.1);
    let gap = format!("[^,;。!?{entities}{METRIC_SYMBOL}]*?");
    let wide_gap = "[^;。!?]*?";
    let clause_gap = "[^,;。!?]*?";
    let mut out = String::new();
    let mut rest = form;
    while let Some(c) = rest.chars().next() {
        match c {
            '<' => {
                let close = rest.find('>').ok_or("a `<` without `>`")?;
                let (name, kinds) = rest[1..close]
                    .split_once(':')
                    .ok_or_else(|| format!("`{}` has no `name:Kind`", &rest[..=close]))?;
                let group = if name.is_empty() {
                    "?:".to_owned()
                } else {
                    format!("?P<{name}>")
                };
                out.push_str(&format!("({group}{})", capture_kinds(kinds, lexicon, vocabulary)?));
                rest = &rest[close + 1..];
            }
            '(' if rest.starts_with("(?P<") || rest.starts_with("(?<") => {
                let close = rest.find('>').ok_or("a group's name without `>`")?;
                out.push_str(&rest[..=close]);
                rest = &rest[close + 1..];
            }
            '{' if rest[1..].starts_with(|c: char| c.is_ascii_lowercase()) => {
                let close = rest.find('}').ok_or("a `{` without `}`")?;
                let classes = &rest[1..close];
                if let Some(class) = classes.split('|').find(|class| lexicon.cues(class).is_empty()) {
                    return Err(format!("no class of cues is called `{class}`"));
                }
                let forms = || {
                    classes
                        .split('|')
                        .flat_map(|class| lexicon.cues(class))
                        .filter(|cue| cue.chars().any(is_han) != english)
                };
                if forms().next().is_none() {
                    return Err(format!("`{}` has no word in this pattern's language", &rest[..=close]));
                }
                let language = if english { "en" } else { "zh" };
                out.push_str(&vocabulary.placeholder(format!("{language} {classes}"), || forms().cloned().collect()));
                rest = &rest[close + 1..];
            }
            '~' => {
                let count = rest.chars().take_while(|c| *c == '~').count();
                let class = match count {
                    1 => gap.as_str(),
                    2 => clause_gap,
                    _ => wide_gap,
                };
                rest = &rest[count..];
                if english && out.ends_with(' ') && rest.starts_with(' ') {
                    // `a ~ b` also matches `a b`
                    out.push_str(&format!("(?:{class} )??"));
                    rest = &rest[1..];
                } else {
                    out.push_str(class);
                }
            }
            ' ' if !english => rest = &rest[1..],
            '\\' => {
                let end = rest.char_indices().nth(2).map_or(rest.len(), |(i, _)| i);
                out.push_str(match &rest[..end] {
                    r"\b" => BOUNDARY,
                    escape => escape,
                });
                rest = &rest[end..];
            }
            _ => {
                let end = rest[c.len_utf8()..]
                    .find(['<', '{', '~', ' ', '\\', '('])
                    .map_or(rest.len(), |i| i + c.len_utf8());
                out.push_str(&fold(&rest[..end]).to_lowercase());
                rest = &rest[end..];
            }
        }
    }
    Ok(out)
}
