//! `jingwei path`

use super::Outcome;
use super::names::{Format, Shown, entity, label};
use super::output::print;
use super::stores::StoreArgs;
use super::terminal::{Style, clean};
use clap::Args;
use jingwei::graph::term_labels;
use jingwei::query::{Step, paths};
use jingwei::store::Store;
use miette::{IntoDiagnostic, miette};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Shows how two entities are connected
///
/// Prints the shortest ways from A to B through asserted facts, whichever way each fact points, and for each step the
/// surest quote that states it. Names may be given in any script, or as IRIs. Where they are not connected, the exit code
/// is 1.
///
/// Example: jingwei path --store news.db 梁文鋒 OpenAI
#[derive(Args)]
pub struct PathArgs {
    /// A name, or an IRI
    a: String,
    /// Another
    b: String,
    #[command(flatten)]
    store: StoreArgs,
    /// Facts between them at most
    #[arg(long, default_value_t = 4)]
    hops: usize,
    /// Ways at most
    #[arg(long, default_value_t = 3)]
    limit: usize,
    #[command(flatten)]
    shown: Shown,
}

pub fn run(args: PathArgs) -> miette::Result<Outcome> {
    let store = args.store.open_for_reading()?;
    let (a, b) = (entity(&store, &args.a)?, entity(&store, &args.b)?);
    if a == b {
        return Err(miette!("{} and {} are one entity: {a}", args.a, args.b));
    }
    let ways = paths(&store, &a, &b, args.hops, args.limit).into_diagnostic()?;
    let text = match args.shown.format {
        Format::Text => text(&store, &ways, &args)?,
        Format::Json => {
            let ways: Vec<Value> = ways.iter().map(|way| way.iter().map(step_json).collect()).collect();
            serde_json::to_string_pretty(&ways).into_diagnostic()? + "\n"
        }
    };
    print(&text)?;
    Ok(if ways.is_empty() {
        Outcome::Partly
    } else {
        Outcome::Done
    })
}

fn text(store: &Store, ways: &[Vec<Step>], args: &PathArgs) -> miette::Result<String> {
    let language = args.shown.lang;
    if ways.is_empty() {
        return Ok(format!(
            "no way from {} to {} over {} facts or fewer\n",
            args.a, args.b, args.hops
        ));
    }
    let terms = term_labels(language.tag());
    let terminal = args.shown.terminal();
    let frame = |line: &str| terminal.paint(Style::Aside, line);
    let entity = |iri: &str| -> miette::Result<String> {
        let name = clean(&label(store, iri, language)?);
        let kind = store
            .entity(iri)
            .into_diagnostic()?
            .and_then(|entity| entity.kinds.first().copied());
        let kind = kind.map_or(String::new(), |kind| {
            let name = format!("{kind:?}");
            format!("  {}", terminal.paint(Style::Aside, terms.get(&name).unwrap_or(&name)))
        });
        Ok(format!("{}{kind}\n", terminal.paint(Style::Name, &name)))
    };
    let mut out = String::new();
    for (number, way) in ways.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        for (at, step) in way.iter().enumerate() {
            if at == 0 {
                out += &entity(&step.from)?;
            }
            let name = step.predicate.name();
            let name = terms.get(name).map_or(name, String::as_str);
            // An arrow leads from the fact's subject to its object: up the page or down.
            let (above, below) = match (step.predicate.is_symmetric(), step.forward) {
                (true, _) => ("│", "│"),
                (false, true) => ("│", "▼"),
                (false, false) => ("▲", "│"),
            };
            let claim = step.evidence.first();
            let score = claim.map_or(String::new(), |claim| frame(&format!("  {:.2}", claim.score)));
            let _ = writeln!(
                out,
                " {} {}{score}",
                frame(above),
                terminal.paint(Style::Relation, name)
            );
            if let Some(claim) = claim {
                let document = store.document(&claim.document).into_diagnostic()?.unwrap_or_default();
                let day = document.published.as_deref().unwrap_or("undated");
                let more = match step.evidence.len() {
                    1 => String::new(),
                    n => format!("  and {} more", n - 1),
                };
                let about = format!("{}  {day}{more}", clean(&claim.document));
                for (style, text) in [(None, format!("「{}」", claim.quote)), (Some(Style::Aside), about)] {
                    for line in terminal.folded("   ", &text).lines() {
                        let line = line.trim_start();
                        let line = style.map_or_else(|| line.to_owned(), |style| terminal.paint(style, line));
                        let _ = writeln!(out, " {} {line}", frame("│"));
                    }
                }
            }
            let _ = writeln!(out, " {}", frame(below));
            out += &entity(&step.to)?;
        }
    }
    Ok(out)
}

fn step_json(step: &Step) -> Value {
    let evidence: Vec<Value> = step
        .evidence
        .iter()
        .map(|claim| {
            json!({
                "id": claim.id, "document": claim.document, "quote": claim.quote, "start": claim.span.0,
                "end": claim.span.1, "score": claim.score, "rule": claim.rule,
            })
        })
        .collect();
    json!({
        "from": step.from, "to": step.to, "predicate": step.predicate.name(), "forward": step.forward,
        "evidence": evidence,
    })
}
