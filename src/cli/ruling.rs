//! `jingwei lexicon join`, `forbid`, `undo` and `rulings`: what a user says about who is who.

use super::Outcome;
use super::knowledge::Knowledge;
use super::names::one;
use super::output::print;
use super::stores::StoreArgs;
use clap::Args;
use jingwei::identity::Ruling;
use jingwei::store::Changes;
use miette::{IntoDiagnostic, miette};

/// Two names, and how a ruling about them is made.
#[derive(Args)]
pub struct PairArgs {
    /// A name in any script, a key of the lexicon, or an IRI (its part behind `entity/` is enough)
    a: String,
    /// Another
    b: String,
    #[command(flatten)]
    store: StoreArgs,
    /// Tell what would follow, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Why, in your words; kept with the ruling
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// What is ruled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Rule(Ruling),
    TakeBack,
}

pub fn run(args: &PairArgs, wanted: Wanted) -> miette::Result<Outcome> {
    if !args.store.store.exists() {
        return Err(miette!("there is no store in {}", args.store.store.display()));
    }
    let store = args.store.open_for_writing(&Knowledge::load()?)?;
    let (a, b) = (one(&store, &args.a)?, one(&store, &args.b)?);
    if a == b {
        return Err(miette!("both are {a}: there is nothing to rule about one IRI"));
    }
    let ruling = match wanted {
        Wanted::Rule(ruling) => Some(ruling),
        Wanted::TakeBack => {
            let ruled = store.rulings().into_diagnostic()?;
            if !ruled
                .iter()
                .any(|ruled| ruled.members.contains(&a) && ruled.members.contains(&b))
            {
                return Err(miette!(
                    "nothing was ruled about {a} and {b}; `jingwei lexicon rulings` lists what was"
                ));
            }
            None
        }
    };
    let changes = store
        .rule(&a, &b, ruling, args.reason.as_deref(), args.dry_run)
        .into_diagnostic()?;
    if !args.dry_run {
        store.flush().into_diagnostic()?;
    }
    args.store.keep_index(&store);
    print(&render(&changes, args.dry_run))?;
    Ok(Outcome::Done)
}

/// Lists what was ruled.
pub fn list(args: &StoreArgs) -> miette::Result<Outcome> {
    let mut text = String::new();
    for ruled in args.open_for_reading()?.rulings().into_diagnostic()? {
        let verdict = match ruled.ruling {
            Ruling::Same => "join",
            Ruling::Different => "forbid",
        };
        let reason = ruled.reason.unwrap_or_default();
        text.push_str(&format!("{verdict}\t{}\t{reason}\n", ruled.members.join("\t")));
    }
    print(&text)?;
    Ok(Outcome::Done)
}

fn render(changes: &Changes, dry: bool) -> String {
    let mut out = String::new();
    for (iri, before, now) in &changes.moved {
        let line = if now == iri {
            format!("{iri}\n  stands alone again, no longer {before}\n")
        } else if before == iri {
            format!("{iri}\n  is now {now}\n")
        } else {
            format!("{iri}\n  is now {now}, no longer {before}\n")
        };
        out.push_str(&line);
    }
    let (would, documents) = (if dry { "would be " } else { "" }, changes.documents.len());
    out.push_str(&match changes.moved.len() {
        0 => "No entity changes.\n".to_owned(),
        n => format!(
            "{n} {}, {documents} {} {would}written anew.\n",
            if n == 1 { "IRI" } else { "IRIs" },
            if documents == 1 { "document" } else { "documents" },
        ),
    });
    out
}
