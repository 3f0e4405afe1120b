//! `jingwei explain`

use super::names::{Format, Shown};
use super::output::print;
use super::terminal::{Style, clean, columns};
use super::{Outcome, extractor};
use clap::Args;
use jingwei::claim::{Claim, Depth, Input, Object, Status};
use jingwei::extract::{Extractor, Insight};
use jingwei::graph::term_labels;
use jingwei::measure::Quantity;
use jingwei::read::Document;
use jingwei::text::cutter::Cutter;
use jingwei::text::{Segment, Sentence};
use miette::{IntoDiagnostic, miette};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;

/// Shows how one text was read
///
/// Prints the segments of each sentence as they are used, and below them as the trained weights part it where they do
/// otherwise; the mentions with their entities, amounts and dates with their readings, and the
/// claims with the rule that made each. Reads the text given, or stdin.
///
/// Example: jingwei explain --published 2025-01-27 "騰訊（0700）昨日升逾6%"
#[derive(Args)]
pub struct ExplainArgs {
    /// The text; stdin where not given
    text: Option<String>,
    /// Day of publication, which relative dates are resolved against
    #[arg(long)]
    published: Option<String>,
    /// Language of the document (`zh-Hant-HK`, `zh-Hans-CN`, `en` …)
    #[arg(long)]
    language: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

pub fn run(args: ExplainArgs) -> miette::Result<Outcome> {
    let text = match args.text {
        Some(text) => text,
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).into_diagnostic()?;
            text
        }
    };
    let published = match args.published {
        Some(day) => Some(
            day.parse()
                .map_err(|e| miette!("`{day}` is no day like 2025-01-27: {e}"))?,
        ),
        None => None,
    };
    let mut lines = text.trim().splitn(2, '\n');
    let (title, body) = match (lines.next(), lines.next()) {
        (Some(title), Some(body)) => (title, body),
        (only, _) => ("", only.unwrap_or("")),
    };
    let mut document = Document::from_text("explained", title, body, published);
    if let Some(language) = args.language {
        document = document.with_language(language);
    }
    let extractor = extractor()?;
    let insight = extractor.insight(&document);
    print(&match args.shown.format {
        Format::Text => render(&insight, &extractor, &args.shown),
        Format::Json => serde_json::to_string_pretty(&as_json(&insight, &extractor)).into_diagnostic()? + "\n",
    })?;
    Ok(Outcome::Done)
}

/// The words of a sentence; what is a mention, an amount or a date stays whole.
struct Words<'t> {
    /// As they are used
    used: Vec<&'t str>,
    /// As the trained weights part them, where that is otherwise
    trained: Option<Vec<&'t str>>,
}

impl<'t> Words<'t> {
    fn of(insight: &'t Insight, extractor: &Extractor, sentence: &Sentence) -> Words<'t> {
        let Insight {
            text, measures, found, ..
        } = insight;
        let mut keep: Vec<std::ops::Range<usize>> = found.mentions.iter().map(|m| m.start..m.end).collect();
        keep.extend(measures.quantities.iter().map(|q| q.start..q.end));
        keep.extend(measures.dates.iter().map(|d| d.start..d.end));
        keep.sort_by_key(|r| (r.start, r.end));
        let words = |segments: Vec<Segment>| -> Vec<&'t str> {
            let words = segments.iter().map(|s| text.source_slice(s.start..s.end));
            words.filter(|word| !word.trim().is_empty()).collect()
        };
        let range = sentence.start..sentence.end;
        let segmenter = extractor.segmenter();
        let used = words(segmenter.segments(text.folded(), range.clone(), &keep));
        let trained = Cutter::builtin()
            .ok()
            .map(|cutter| words(cutter.segments(segmenter, text.folded(), range, &keep)))
            .filter(|trained| *trained != used);
        Words { used, trained }
    }
}

/// What the patterns are matched on, each different form with its name.
fn skeletons(insight: &Insight, extractor: &Extractor) -> Vec<(&'static str, String)> {
    let Insight {
        text,
        sentences,
        measures,
        found,
        ..
    } = insight;
    let input = Input {
        text,
        sentences,
        found,
        measures,
    };
    let mut seen = Vec::new();
    for skeletons in extractor.reader().skeletons(extractor.lexicon(), &input) {
        let depths = [
            (Depth::Whole, "whole"),
            (Depth::Heads, "heads"),
            (Depth::Things, "things"),
        ];
        let mut last = "";
        for (depth, name) in depths {
            let skeleton = skeletons.at(depth);
            if skeleton.text != last {
                seen.push((name, skeleton.render()));
            }
            last = &skeleton.text;
        }
    }
    seen
}

fn unit(quantity: &Quantity) -> &str {
    quantity.currency.as_deref().or(quantity.unit.as_deref()).unwrap_or("")
}

fn value(quantity: &Quantity) -> String {
    let number = match (quantity.min, quantity.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        _ => quantity.value.to_string(),
    };
    format!("{number} {}", unit(quantity)).trim_end().to_owned()
}

/// The reading of a text, for a person.
fn render(insight: &Insight, extractor: &Extractor, shown: &Shown) -> String {
    let Insight {
        text,
        sentences,
        measures,
        found,
        claims,
    } = insight;
    let terminal = shown.terminal();
    let terms = term_labels(shown.lang.tag());
    let term = |name: &str| terms.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let mut out = String::new();
    let heading = |out: &mut String, name: &str| {
        let gap = if out.is_empty() { "" } else { "\n" };
        let _ = writeln!(out, "{gap}{}", terminal.paint(Style::Heading, name));
    };
    heading(&mut out, "segments");
    for sentence in sentences {
        let words = Words::of(insight, extractor, sentence);
        out += &terminal.folded("  ", &words.used.join(" | "));
        if let Some(trained) = words.trained {
            out += &terminal.folded("  ", &format!("{}  (trained)", trained.join(" | ")));
        }
    }
    heading(&mut out, "mentions");
    let rows: Vec<Vec<String>> = found
        .mentions
        .iter()
        .map(|m| {
            let entity = &found.entities[m.entity];
            vec![
                clean(text.source_slice(m.start..m.end)),
                term(&format!("{:?}", m.kind)),
                clean(&entity.label),
                entity.key.clone().unwrap_or_else(|| "new".to_owned()),
                format!("{:?}", m.origin),
                format!("{:.2}", m.score),
            ]
        })
        .collect();
    out += &columns("  ", &rows);
    heading(&mut out, "amounts and dates");
    let amounts = measures.quantities.iter().map(|q| {
        let source = clean(text.source_slice(q.start..q.end));
        vec![source, format!("{:?}", q.kind), value(q), format!("{:?}", q.bound)]
    });
    let dates = measures.dates.iter().map(|d| {
        let source = clean(text.source_slice(d.start..d.end));
        vec![
            source,
            "Date".to_owned(),
            d.edtf.clone().unwrap_or_else(|| "open".to_owned()),
        ]
    });
    out += &columns("  ", &amounts.chain(dates).collect::<Vec<_>>());
    heading(&mut out, "what patterns see");
    for (depth, skeleton) in skeletons(insight, extractor) {
        let depth = if depth == "whole" {
            String::new()
        } else {
            format!("  ({depth})")
        };
        out += &terminal.folded("  ", &format!("{skeleton}{depth}"));
    }
    heading(&mut out, "claims");
    for c in claims {
        let object = match &c.object {
            Object::Entity(i) => found.entities[*i].label.clone(),
            Object::Quantity(q) => value(q),
            Object::Date(d) => d.clone(),
            Object::Text(t) => t.clone(),
            Object::Listing(l) => l.clone(),
        };
        let status = match c.status {
            Status::Asserted => String::new(),
            status => {
                let name = term(&format!("{status:?}").to_lowercase());
                format!("  {}", terminal.paint(Style::Doubtful, &format!("[{name}]")))
            }
        };
        let _ = writeln!(
            out,
            "  {:.2}  {}  {}  {}{status}",
            c.score,
            terminal.paint(Style::Name, &clean(&found.entities[c.subject].label)),
            terminal.paint(Style::Relation, &predicate(c, &terms)),
            terminal.paint(Style::Name, &clean(&object)),
        );
        let qualifiers: Vec<String> = c
            .qualifiers
            .iter()
            .map(|(k, v)| format!("{k}={}", v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
            .collect();
        if !qualifiers.is_empty() {
            out += &terminal.folded("        ", &qualifiers.join(", "));
        }
        out += &terminal.folded("        ", &format!("「{}」", text.source_slice(c.start..c.end)));
        let _ = writeln!(out, "        {}", terminal.paint(Style::Aside, &c.rule));
    }
    out
}

/// The predicate as the language calls it, and, where that differs, as the ontology does.
fn predicate(claim: &Claim, terms: &BTreeMap<String, String>) -> String {
    let name = claim.predicate.name();
    match terms.get(name) {
        Some(label) if label != name => format!("{label} ({name})"),
        _ => name.to_owned(),
    }
}

/// The same for a program. Offsets count code points of the text, ends exclusive.
fn as_json(insight: &Insight, extractor: &Extractor) -> Value {
    let Insight {
        text,
        sentences,
        measures,
        found,
        claims,
    } = insight;
    let span = |start: usize, end: usize| {
        let points = text.code_points(start..end);
        (points.start, points.end, text.source_slice(start..end))
    };
    let sentences: Vec<Value> = sentences
        .iter()
        .map(|sentence| {
            let (start, end, source) = span(sentence.start, sentence.end);
            let words = Words::of(insight, extractor, sentence);
            let mut shown = json!({ "start": start, "end": end, "text": source, "segments": words.used });
            if let Some(trained) = words.trained {
                shown["trained"] = json!(trained);
            }
            shown
        })
        .collect();
    let mentions: Vec<Value> = found
        .mentions
        .iter()
        .map(|m| {
            let (start, end, source) = span(m.start, m.end);
            let entity = &found.entities[m.entity];
            json!({
                "start": start, "end": end, "text": source, "type": m.kind, "label": entity.label, "key": entity.key,
                "origin": m.origin, "score": hundredths(m.score),
            })
        })
        .collect();
    let quantity = |q: &Quantity| {
        json!({
            "kind": q.kind, "value": q.value, "min": q.min, "max": q.max, "bound": q.bound, "unit": q.unit,
            "currency": q.currency,
        })
    };
    let amounts: Vec<Value> = measures
        .quantities
        .iter()
        .map(|q| {
            let (start, end, source) = span(q.start, q.end);
            let mut amount = quantity(q);
            amount["start"] = json!(start);
            amount["end"] = json!(end);
            amount["text"] = json!(source);
            amount
        })
        .collect();
    let dates: Vec<Value> = measures
        .dates
        .iter()
        .map(|d| {
            let (start, end, source) = span(d.start, d.end);
            json!({ "start": start, "end": end, "text": source, "date": d.edtf, "fiscal": d.fiscal })
        })
        .collect();
    let patterns: Vec<Value> = skeletons(insight, extractor)
        .into_iter()
        .map(|(depth, skeleton)| json!({ "depth": depth, "skeleton": skeleton }))
        .collect();
    let claims: Vec<Value> = claims
        .iter()
        .map(|c| {
            let (start, end, quote) = span(c.start, c.end);
            let object = match &c.object {
                Object::Entity(i) => json!({ "entity": found.entities[*i].label }),
                Object::Quantity(q) => quantity(q),
                Object::Date(d) => json!({ "date": d }),
                Object::Text(t) => json!({ "text": t }),
                Object::Listing(l) => json!({ "listing": l }),
            };
            json!({
                "subject": found.entities[c.subject].label, "predicate": c.predicate.name(), "object": object,
                "qualifiers": c.qualifiers, "status": c.status, "score": hundredths(c.score), "rule": c.rule,
                "start": start, "end": end, "quote": quote,
            })
        })
        .collect();
    json!({
        "text": text.source(), "sentences": sentences, "mentions": mentions, "amounts": amounts, "dates": dates,
        "patterns": patterns, "claims": claims,
    })
}

/// Scores are no more precise than that.
fn hundredths(score: f32) -> f64 {
    (f64::from(score) * 100.0).round() / 100.0
}
