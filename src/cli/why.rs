//! `jingwei why`

use super::Outcome;
use super::names::{Format, Shown, called, entity, label};
use super::output::print;
use super::picture;
use super::stores::StoreArgs;
use super::terminal::{Style, Terminal, clean, columns};
use clap::Args;
use jingwei::claim::{Predicate, Status};
use jingwei::graph::term_labels;
use jingwei::identity::{Guard, Ruling, Tie, Verdict};
use jingwei::store::{Case, ClaimFilter, ClaimObject, Store, StoredClaim};
use miette::{IntoDiagnostic, miette};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Shows what speaks for and against a fact, or for and against two names being one entity
///
/// `why A PREDICATE B` prints every claim about it: what asserts it, what only hedges or plans it, what denies it, each
/// with its quote, document and rule. B may be left out for all that is said of A by that predicate. `why A = B` prints
/// which evidence joins the two, which rule and score it has, and which guard refused what looked like a join. Names may
/// be given in any script, or as IRIs. Where nothing is said of a fact, the exit code is 1.
///
/// Example: jingwei why --store news.db DeepSeek foundedBy 梁文鋒
/// Example: jingwei why --store news.db 騰訊 = Tencent
#[derive(Args)]
pub struct WhyArgs {
    /// A name, or an IRI
    a: String,
    /// A predicate (foundedBy, acquired …), or `=`
    predicate: String,
    /// Another name
    b: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    shown: Shown,
}

pub fn run(args: WhyArgs) -> miette::Result<Outcome> {
    let store = args.store.open_for_reading()?;
    let out = if args.predicate == "=" {
        let Some(b) = &args.b else {
            return Err(miette!("`why A = B` wants two names"));
        };
        who(&store, &args.a, b, &args.shown)?
    } else {
        fact(&store, &args)?
    };
    let (text, outcome) = out;
    print(&text)?;
    Ok(outcome)
}

fn who(store: &Store, a: &str, b: &str, shown: &Shown) -> miette::Result<(String, Outcome)> {
    let format = shown.format;
    let (left, right) = (called(store, a)?, called(store, b)?);
    let shared: Vec<&String> = left.iter().filter(|iri| right.contains(iri)).collect();
    if let (1, Some(iri)) = (left.len().max(right.len()), shared.first()) {
        let text = match format {
            Format::Text => format!("one entity: documents call {a} and {b} alike {iri}\n"),
            Format::Json => pretty(&json!({ "same": true, "a": iri, "b": iri, "for": [], "against": [] }))?,
        };
        return Ok((text, Outcome::Done));
    }
    let mut texts = Vec::new();
    let mut cases = Vec::new();
    for a in &left {
        for b in right.iter().filter(|b| *b != a) {
            let case = store.why_same(a, b).into_diagnostic()?;
            texts.push(case_text(store, a, b, &case, &shown.terminal())?);
            cases.push(case_json(a, b, &case));
        }
    }
    let text = match format {
        Format::Text => texts.join("\n"),
        Format::Json if cases.len() == 1 => pretty(&cases[0])?,
        Format::Json => pretty(&Value::Array(cases))?,
    };
    Ok((text, Outcome::Done))
}

fn case_text(store: &Store, a: &str, b: &str, case: &Case, terminal: &Terminal) -> miette::Result<String> {
    let mut out = String::new();
    let title = |document: &str| -> miette::Result<String> {
        let title = store
            .document(document)
            .into_diagnostic()?
            .map(|d| d.title)
            .unwrap_or_default();
        Ok(clean(&if title.is_empty() {
            document.to_owned()
        } else {
            format!("{document} ({title})")
        }))
    };
    // What follows the base says which entity it is; a whole address would fill the line.
    let folder = format!("{}entity/", store.base().as_str());
    let short = |iri: &str| clean(iri.strip_prefix(&folder).unwrap_or(iri));
    let heading = |text: &str| terminal.paint(Style::Heading, text);
    let two: Vec<Vec<String>> = [(a, case.documents[0]), (b, case.documents[1])]
        .into_iter()
        .map(|(iri, documents)| {
            let s = if documents == 1 { "" } else { "s" };
            vec![clean(iri), format!("{documents} document{s}")]
        })
        .collect();
    out += &columns("", &two);
    match case.decisions.verdict(a, b) {
        Verdict::Same => {
            let entity = case.decisions.same.get(a).or_else(|| case.decisions.same.get(b));
            let verdict = format!("are one entity: {}", clean(entity.map_or(a, String::as_str)));
            let _ = writeln!(out, "{}", terminal.paint(Style::Good, &verdict));
        }
        Verdict::Different => {
            let _ = writeln!(out, "{}", terminal.paint(Style::Bad, "are two"));
        }
    }
    for ruling in &case.rulings {
        let ruled = match ruling {
            Ruling::Same => "ruled to be one",
            Ruling::Different => "ruled to be two",
        };
        let _ = writeln!(out, "\n{}", heading(ruled));
    }
    let joins = &case.decisions.joins;
    if !joins.is_empty() {
        let _ = writeln!(out, "\n{}", heading("for"));
        for join in joins {
            let _ = writeln!(
                out,
                "  {:.2}  {}  {} = {}",
                join.rule.score(),
                terminal.paint(Style::Relation, &format!("{:<9}", join.rule.name())),
                terminal.paint(Style::Name, &short(&join.a)),
                terminal.paint(Style::Name, &short(&join.b))
            );
            for document in &join.documents {
                out += &terminal.folded("        in ", &title(document)?);
            }
        }
    }
    if !case.decisions.refused.is_empty() {
        let _ = writeln!(out, "\n{}", heading("against"));
        for refusal in &case.decisions.refused {
            let _ = writeln!(
                out,
                "        {}  {} = {}",
                terminal.paint(Style::Relation, &format!("{:<9}", refusal.rule.name())),
                terminal.paint(Style::Name, &short(&refusal.a)),
                terminal.paint(Style::Name, &short(&refusal.b))
            );
            let refused = guard_text(&refusal.guard, &short, &title)?;
            out += &terminal.folded("        refused: ", &refused);
        }
    }
    if joins.is_empty() && case.decisions.refused.is_empty() {
        out.push_str("\nnothing ties them together\n");
    }
    let ties: Vec<(&str, &jingwei::identity::Witness)> = [a, b]
        .into_iter()
        .zip(&case.ties)
        .flat_map(|(iri, ties)| ties.iter().map(move |tie| (iri, tie)))
        .collect();
    if !ties.is_empty() {
        let _ = writeln!(out, "\n{}", heading("what documents say of them"));
        for (iri, tie) in ties {
            let _ = writeln!(
                out,
                "  {} {} {}",
                terminal.paint(Style::Name, &short(iri)),
                tie_text(tie.by),
                terminal.paint(Style::Name, &short(&tie.iri))
            );
            out += &terminal.folded("        in ", &title(&tie.document)?);
        }
    }
    Ok(out)
}

fn tie_text(tie: Tie) -> &'static str {
    match tie {
        Tie::Code => "is listed as",
        Tie::Post => "also holds a post as",
        Tie::Introduced => "is introduced as",
        Tie::Name => "bears the name",
        Tie::Shortened => "is called in short",
        Tie::Romanized => "reads in Latin letters as",
    }
}

fn guard_text(
    guard: &Guard,
    short: &dyn Fn(&str) -> String,
    title: &dyn Fn(&str) -> miette::Result<String>,
) -> miette::Result<String> {
    Ok(match guard {
        Guard::Ruled(a, b) => format!("{} and {} were ruled to be two", short(a), short(b)),
        Guard::Lexicon(a, b) => format!("the lexicon knows {} and {} as two", short(a), short(b)),
        Guard::Together { a, b, document } => {
            format!("{} speaks of {} and {} as of two", title(document)?, short(a), short(b))
        }
        Guard::Owners(others) => {
            let others: Vec<String> = others.iter().map(|iri| short(iri)).collect();
            format!("others bear the name too: {}", others.join(", "))
        }
        Guard::Crowd => "too many bear the name".to_owned(),
        Guard::Body(document) => format!(
            "{} has the name without the body that sets its owner apart",
            title(document)?
        ),
    })
}

fn case_json(a: &str, b: &str, case: &Case) -> Value {
    let joins: Vec<Value> = case
        .decisions
        .joins
        .iter()
        .map(|join| {
            json!({
                "a": join.a, "b": join.b, "rule": join.rule.name(), "score": join.rule.score(),
                "documents": join.documents,
            })
        })
        .collect();
    let refused: Vec<Value> = case
        .decisions
        .refused
        .iter()
        .map(|refusal| {
            let guard = match &refusal.guard {
                Guard::Ruled(a, b) => json!({ "ruled": [a, b] }),
                Guard::Lexicon(a, b) => json!({ "lexicon": [a, b] }),
                Guard::Together { a, b, document } => json!({ "together": [a, b], "document": document }),
                Guard::Owners(others) => json!({ "owners": others }),
                Guard::Crowd => json!("crowd"),
                Guard::Body(document) => json!({ "body": document }),
            };
            json!({ "a": refusal.a, "b": refusal.b, "rule": refusal.rule.name(), "guard": guard })
        })
        .collect();
    let ruled = case.rulings.first().map(|ruling| *ruling == Ruling::Same);
    json!({
        "a": a, "b": b, "same": case.decisions.verdict(a, b) == Verdict::Same, "ruled": ruled,
        "for": joins, "against": refused,
    })
}

fn fact(store: &Store, args: &WhyArgs) -> miette::Result<(String, Outcome)> {
    let predicate: Predicate = args
        .predicate
        .parse()
        .map_err(|error| miette!("{error}; or `=` for whether two names are one entity"))?;
    let a = entity(store, &args.a)?;
    let b = args.b.as_deref().map(|name| entity(store, name)).transpose()?;
    let mut claims = Vec::new();
    for (subject, object) in [(Some(&a), b.as_ref()), (b.as_ref(), Some(&a))] {
        // The other way round only where that says the same.
        if (subject != Some(&a)) && !predicate.is_symmetric() {
            continue;
        }
        let filter = ClaimFilter {
            subject: subject.cloned(),
            object: object.cloned(),
            predicates: vec![predicate],
            ..ClaimFilter::default()
        };
        claims.extend(store.claims(&filter).into_diagnostic()?);
    }
    claims.sort_by(|x, y| (weight(x), &x.document, x.span).cmp(&(weight(y), &y.document, y.span)));
    claims.dedup_by(|x, y| x.id == y.id);
    let outcome = if claims.is_empty() {
        Outcome::Partly
    } else {
        Outcome::Done
    };
    if args.shown.format == Format::Json {
        let rows: Vec<Value> = claims.iter().map(claim_json).collect();
        return Ok((pretty(&Value::Array(rows))?, outcome));
    }
    let language = args.shown.lang;
    let terms = term_labels(language.tag());
    let terminal = args.shown.terminal();
    let mut out = String::new();
    let mut last = None;
    for claim in &claims {
        let side = side(claim);
        if last != Some(side) {
            let gap = if last.is_some() { "\n" } else { "" };
            let style = match weight(claim) {
                0 => Style::Good,
                1..=3 => Style::Doubtful,
                _ => Style::Bad,
            };
            let _ = writeln!(out, "{gap}{}", terminal.paint(style, side));
            last = Some(side);
        }
        let document = store.document(&claim.document).into_diagnostic()?.unwrap_or_default();
        let object = match &claim.object {
            ClaimObject::Entity(iri) => label(store, iri, language)?,
            ClaimObject::Quantity(quantity) => picture::amount(quantity, language),
            ClaimObject::Text(text) => text.clone(),
        };
        let name = predicate.name();
        let _ = writeln!(
            out,
            "  {:.2}  {}  {}  {}",
            claim.score,
            terminal.paint(Style::Name, &clean(&label(store, &claim.subject, language)?)),
            terminal.paint(Style::Relation, terms.get(name).map_or(name, String::as_str)),
            terminal.paint(Style::Name, &clean(&object)),
        );
        out += &terminal.folded("        ", &format!("「{}」", claim.quote));
        let about = [
            document.published.as_deref().unwrap_or("undated"),
            &claim.document,
            &claim.rule,
        ];
        for line in terminal.folded("        ", &about.join(" · ")).lines() {
            let _ = writeln!(out, "{}", terminal.paint(Style::Aside, line));
        }
    }
    if claims.is_empty() {
        out.push_str("no document says anything about it\n");
    }
    Ok((out, outcome))
}

fn weight(claim: &StoredClaim) -> u8 {
    match (claim.status, claim.former) {
        (Status::Asserted, false) => 0,
        (Status::Asserted, true) => 1,
        (Status::Planned, _) => 2,
        (Status::Hedged, _) => 3,
        (Status::Negated, _) => 4,
    }
}

fn side(claim: &StoredClaim) -> &'static str {
    match weight(claim) {
        0 => "for: asserted",
        1 => "no longer so",
        2 => "planned",
        3 => "hedged",
        _ => "against: denied",
    }
}

fn claim_json(claim: &StoredClaim) -> Value {
    json!({
        "id": claim.id, "document": claim.document, "subject": claim.subject, "predicate": claim.predicate.name(),
        "status": claim.status, "former": claim.former, "score": claim.score, "quote": claim.quote,
        "start": claim.span.0, "end": claim.span.1, "rule": claim.rule,
        "object": match &claim.object {
            ClaimObject::Entity(iri) => json!(iri),
            ClaimObject::Quantity(quantity) => json!({
                "value": quantity.value, "unit": quantity.unit, "currency": quantity.currency,
            }),
            ClaimObject::Text(text) => json!(text),
        },
    })
}

fn pretty(value: &Value) -> miette::Result<String> {
    Ok(serde_json::to_string_pretty(value).into_diagnostic()? + "\n")
}
