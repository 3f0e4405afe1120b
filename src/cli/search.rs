//! `jingwei search`

use super::Outcome;
use super::names::{Format, Shown, label};
use super::output::print;
use super::stores::StoreArgs;
use super::terminal::{Style, clean};
use clap::{Args, ValueEnum};
use jingwei::graph::term_labels;
use jingwei::graph::vocabulary::{CLAIM, ENTITY, JW, NEWS_ARTICLE};
use jingwei::query::MOST;
use jingwei::search::{Found, Hit, Passage, Question, find, passage};
use jingwei::store::Store;
use miette::{IntoDiagnostic, miette};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Finds entities, documents and quotes by words
///
/// Finds what holds all of the words, in either script: 台积电 finds 台積電 too. Entities are found by their names and codes,
/// documents by title and publisher, claims by their quotes. What is called exactly so comes first (scores of 1 and more),
/// then what fits best. Signs have no meaning of their own. Where nothing is found, the exit code is 1.
///
/// In SPARQL the same is ?hit jw:search "台积电".
///
/// Example: jingwei search --store news.db 台积电 营收
#[derive(Args)]
pub struct SearchArgs {
    /// The words
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    #[command(flatten)]
    store: StoreArgs,
    /// Only these; may be repeated
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Vec<Kind>,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Entity,
    Document,
    Quote,
}

impl Kind {
    fn class(self) -> String {
        match self {
            Kind::Entity => ENTITY,
            Kind::Document => NEWS_ARTICLE,
            Kind::Quote => CLAIM,
        }
        .as_str()
        .to_owned()
    }
}

pub fn run(args: SearchArgs) -> miette::Result<Outcome> {
    if args.limit == 0 || args.limit > MOST {
        return Err(miette!("--limit is between 1 and {MOST}"));
    }
    let store = args.store.open_for_reading()?;
    let question = Question {
        text: args.words.join(" "),
        limit: args.limit,
        classes: args.kind.iter().map(|kind| kind.class()).collect(),
    };
    let found = find(&store, &question).into_diagnostic()?;
    let text = match args.shown.format {
        Format::Text => text(&store, &found, &args)?,
        Format::Json => {
            let hits: miette::Result<Vec<Value>> = found.hits.iter().map(|hit| hit_json(&store, hit, &args)).collect();
            let found = json!({ "text": question.text, "found": hits?, "of": found.of });
            serde_json::to_string_pretty(&found).into_diagnostic()? + "\n"
        }
    };
    print(&text)?;
    if found.hits.len() < found.of {
        eprintln!("{} of {}; --limit raises that", found.hits.len(), found.of);
    }
    Ok(match found.of {
        0 => Outcome::Partly,
        _ => Outcome::Done,
    })
}

fn text(store: &Store, found: &Found, args: &SearchArgs) -> miette::Result<String> {
    if found.hits.is_empty() {
        return Ok("nothing is found\n".to_owned());
    }
    let terms = term_labels(args.shown.lang.tag());
    let terminal = args.shown.terminal();
    let aside = |text: &str| terminal.paint(Style::Aside, text);
    let mut out = String::new();
    // Claims that rest on the same quote are shown together.
    let mut shown: Vec<(String, Option<Style>, String, f64, usize)> = Vec::new();
    for hit in &found.hits {
        let (text, style, about) = match passage(store, hit).into_diagnostic()? {
            None => continue,
            Some(Passage::Entity) => {
                let class = hit.class.strip_prefix(JW).unwrap_or(&hit.class);
                let kind = terms.get(class).map_or(class, String::as_str);
                let name = label(store, &hit.iri, args.shown.lang)?;
                (name, Some(Style::Name), format!("{kind}  {}", hit.iri))
            }
            Some(Passage::Title { document, title }) => {
                let about = store.document(&document).into_diagnostic()?.unwrap_or_default();
                let day = about.published.unwrap_or_else(|| "undated".to_owned());
                (title, Some(Style::Heading), format!("{document}  {day}"))
            }
            Some(Passage::Quote { document, quote }) => (format!("「{quote}」"), None, document),
        };
        match shown
            .iter_mut()
            .find(|(known, _, of, ..)| style.is_none() && *known == text && *of == about)
        {
            Some((.., claims)) => *claims += 1,
            None => shown.push((text, style, about, hit.score, 1)),
        }
    }
    for (text, style, about, score, claims) in shown {
        for (at, line) in terminal.folded("      ", &text).lines().enumerate() {
            let line = line.trim_start();
            let line = style.map_or_else(|| line.to_owned(), |style| terminal.paint(style, line));
            let indent = match at {
                0 => aside(&format!("{score:.2}  ")),
                _ => "      ".to_owned(),
            };
            let _ = writeln!(out, "{indent}{line}");
        }
        let claims = match (style, claims) {
            (Some(_), _) => String::new(),
            (None, 1) => "  1 claim".to_owned(),
            (None, claims) => format!("  {claims} claims"),
        };
        let _ = writeln!(out, "      {}", aside(&format!("{}{claims}", clean(&about))));
    }
    Ok(out)
}

fn hit_json(store: &Store, hit: &Hit, args: &SearchArgs) -> miette::Result<Value> {
    let mut json = json!({ "iri": hit.iri, "class": hit.class, "score": hit.score });
    match passage(store, hit).into_diagnostic()? {
        None => {}
        Some(Passage::Entity) => json["label"] = label(store, &hit.iri, args.shown.lang)?.into(),
        Some(Passage::Title { document, title }) => {
            json["document"] = document.into();
            json["title"] = title.into();
        }
        Some(Passage::Quote { document, quote }) => {
            json["document"] = document.into();
            json["quote"] = quote.into();
        }
    }
    Ok(json)
}
