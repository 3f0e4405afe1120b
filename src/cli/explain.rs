//! `jingwei explain`

use super::output::Stdout;
use super::{Outcome, extractor};
use clap::Args;
use jingwei::claim::{Depth, Input, Object, Status};
use jingwei::extract::Insight;
use jingwei::read::Document;
use jingwei::text::Segment;
use jingwei::text::cutter::Cutter;
use miette::{IntoDiagnostic, miette};
use std::fmt::Write as _;
use std::io::{Read, Write as _};

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
    let mut out = Stdout::lock();
    out.write_all(render(&insight, &extractor).as_bytes())
        .into_diagnostic()?;
    out.flush().into_diagnostic()?;
    Ok(Outcome::Done)
}

/// The reading of a text, for a person.
fn render(insight: &Insight, extractor: &jingwei::extract::Extractor) -> String {
    let Insight {
        text,
        sentences,
        measures,
        found,
        claims,
    } = insight;
    let mut out = String::new();
    let mut keep: Vec<std::ops::Range<usize>> = found.mentions.iter().map(|m| m.start..m.end).collect();
    keep.extend(measures.quantities.iter().map(|q| q.start..q.end));
    keep.extend(measures.dates.iter().map(|d| d.start..d.end));
    keep.sort_by_key(|r| (r.start, r.end));
    let segmenter = extractor.segmenter();
    let cutter = Cutter::builtin().ok();
    let _ = writeln!(out, "segments");
    for sentence in sentences {
        let range = sentence.start..sentence.end;
        let line = |segments: Vec<Segment>| {
            let words = segments.iter().map(|s| text.source_slice(s.start..s.end));
            let words: Vec<&str> = words.filter(|w| !w.trim().is_empty()).collect();
            words.join(" | ")
        };
        let used = line(segmenter.segments(text.folded(), range.clone(), &keep));
        let trained = cutter
            .as_ref()
            .map(|cutter| line(cutter.segments(segmenter, text.folded(), range, &keep)));
        let _ = writeln!(out, "  {used}");
        if let Some(trained) = trained.filter(|trained| *trained != used) {
            let _ = writeln!(out, "  {trained}  (trained)");
        }
    }
    let _ = writeln!(out, "mentions");
    for m in &found.mentions {
        let entity = &found.entities[m.entity];
        let known = entity.key.as_deref().unwrap_or("new");
        let _ = writeln!(
            out,
            "  {}  {:?} {} ({known}, {:?}, {:.2})",
            text.source_slice(m.start..m.end),
            m.kind,
            entity.label,
            m.origin,
            m.score
        );
    }
    let _ = writeln!(out, "amounts and dates");
    for q in &measures.quantities {
        let unit = q.currency.as_deref().or(q.unit.as_deref()).unwrap_or("");
        let range = match (q.min, q.max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            _ => q.value.to_string(),
        };
        let _ = writeln!(
            out,
            "  {}  {:?} {range} {unit} ({:?})",
            text.source_slice(q.start..q.end),
            q.kind,
            q.bound
        );
    }
    for d in &measures.dates {
        let _ = writeln!(
            out,
            "  {}  {}",
            text.source_slice(d.start..d.end),
            d.edtf.as_deref().unwrap_or("open")
        );
    }
    let _ = writeln!(out, "what patterns see");
    let input = Input {
        text,
        sentences,
        found,
        measures,
    };
    for skeletons in extractor.reader().skeletons(extractor.lexicon(), &input) {
        let depths = [
            (Depth::Whole, ""),
            (Depth::Heads, "  (heads)"),
            (Depth::Things, "  (things)"),
        ];
        let mut last = "";
        for (depth, name) in depths {
            let skeleton = skeletons.at(depth);
            if skeleton.text != last {
                let _ = writeln!(out, "  {}{name}", skeleton.render());
            }
            last = &skeleton.text;
        }
    }
    let _ = writeln!(out, "claims");
    for c in claims {
        let object = match &c.object {
            Object::Entity(i) => found.entities[*i].label.clone(),
            Object::Quantity(q) => format!(
                "{} {}",
                q.value,
                q.currency.as_deref().or(q.unit.as_deref()).unwrap_or("")
            ),
            Object::Date(d) => d.clone(),
            Object::Text(t) => t.clone(),
            Object::Listing(l) => l.clone(),
        };
        let status = if c.status == Status::Asserted {
            String::new()
        } else {
            format!(" [{:?}]", c.status)
        };
        let qualifiers: Vec<String> = c
            .qualifiers
            .iter()
            .map(|(k, v)| format!("{k}={}", v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
            .collect();
        let _ = writeln!(
            out,
            "  {} {} {}{status}  {}",
            found.entities[c.subject].label,
            c.predicate,
            object.trim(),
            qualifiers.join(", ")
        );
        let _ = writeln!(
            out,
            "    “{}”  {} {:.2}",
            text.source_slice(c.start..c.end),
            c.rule,
            c.score
        );
    }
    out
}
