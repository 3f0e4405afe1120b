//! Where else the graphs are written: arguments and messages of `ingest --to`.

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jingwei::mirror::{Credentials, MirrorError, Mirrored, Target, mirror};
use jingwei::store::Store;
use miette::{IntoDiagnostic, WrapErr, miette};
use oxigraph::model::NamedNode;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The variable that credentials are taken from where no file is named.
const CREDENTIALS: &str = "JINGWEI_TO_CREDENTIALS";

#[derive(Args)]
#[command(next_help_heading = "Another store")]
pub struct ElsewhereArgs {
    /// Also make the SPARQL 1.1 store that takes updates at this address hold the same graphs
    #[arg(long, value_name = "URL")]
    pub to: Option<String>,
    /// Where that store takes queries; where not given …/query for …/update, … for …/statements, otherwise the same address
    #[arg(long, value_name = "URL", requires = "to")]
    to_query: Option<String>,
    /// Graph there that takes the knowledge, in place of the default graph: for stores whose default graph shows all graphs or
    /// can't be written (Virtuoso, GraphDB)
    #[arg(long, value_name = "IRI", requires = "to")]
    to_knowledge: Option<String>,
    /// File whose first line is NAME:PASSWORD or `Bearer TOKEN`; where not given the variable JINGWEI_TO_CREDENTIALS is asked
    #[arg(long, value_name = "FILE", requires = "to")]
    to_credentials: Option<PathBuf>,
    /// Send credentials over http, too, where others on the way can read them
    #[arg(long, requires = "to")]
    to_unencrypted: bool,
    /// Seconds for which a request is repeated while the other store can't be reached or is busy
    #[arg(long, value_name = "SECONDS", value_parser = super::query::seconds, default_value = "60", requires = "to")]
    to_patience: Duration,
    /// Replace what stands there under the base if it isn't what was left there
    #[arg(long, requires = "to")]
    to_replace: bool,
}

/// What came of it.
pub struct Written {
    url: String,
    mirrored: Mirrored,
    elapsed: Duration,
}

impl ElsewhereArgs {
    /// The store that was named, if any.
    pub fn target(&self) -> miette::Result<Option<Target>> {
        let Some(url) = &self.to else {
            return Ok(None);
        };
        let mut target = Target::new(url, self.to_query.as_deref()).into_diagnostic()?;
        target.knowledge = self
            .to_knowledge
            .as_deref()
            .map(|iri| {
                NamedNode::new(iri)
                    .into_diagnostic()
                    .wrap_err_with(|| format!("`{iri}` is no IRI"))
            })
            .transpose()?;
        target.credentials = credentials(self.to_credentials.as_deref())?;
        target.patience = self.to_patience;
        target.replace = self.to_replace;
        if target.credentials.is_some() && target.is_readable_on_the_way() && !self.to_unencrypted {
            return Err(miette!(
                help = "use https, or --to-unencrypted if nobody else is on the way",
                "the credentials would go over http to another machine, where others can read them"
            ));
        }
        Ok(Some(target))
    }
}

fn credentials(file: Option<&Path>) -> miette::Result<Option<Credentials>> {
    let (text, place) = match file {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .into_diagnostic()
                .wrap_err_with(|| format!("can't read {}", file.display()))?;
            refuse_if_others_read(file)?;
            (text, file.display().to_string())
        }
        None => match std::env::var(CREDENTIALS) {
            Ok(text) => (text, CREDENTIALS.to_owned()),
            Err(std::env::VarError::NotPresent) => return Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => (String::new(), CREDENTIALS.to_owned()),
        },
    };
    match Credentials::parse(text.lines().next().unwrap_or("")) {
        Some(credentials) => Ok(Some(credentials)),
        None => Err(miette!(
            "{place} must hold NAME:PASSWORD or `Bearer TOKEN` in its first line"
        )),
    }
}

#[cfg(unix)]
fn refuse_if_others_read(file: &Path) -> miette::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().into_diagnostic()?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(miette!(
            help = format!("chmod 600 {}", file.display()),
            "others can read {}",
            file.display()
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_if_others_read(_: &Path) -> miette::Result<()> {
    Ok(())
}

/// Brings the other store up to date.
pub fn write(store: &Store, target: &Target) -> miette::Result<Written> {
    let started = Instant::now();
    let bar = ProgressBar::new_spinner();
    // The template is a constant, and one without colours does as well.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let mut told = Instant::now();
    let mirrored = mirror(store, target, |so_far| {
        let line = format!(
            "{} graphs and {} subjects written in {} requests, {:.1} MB",
            so_far.graphs,
            so_far.subjects,
            so_far.requests,
            so_far.bytes as f64 / 1e6
        );
        if told.elapsed() >= Duration::from_secs(10) {
            tracing::info!("{line}");
            told = Instant::now();
        }
        bar.set_message(line);
    });
    bar.finish_and_clear();
    let mirrored = match mirrored {
        Ok(mirrored) => mirrored,
        Err(error @ MirrorError::Foreign { .. }) => {
            return Err(miette!(
                help = "--to-replace replaces them; or write with another --base",
                "{error}"
            ));
        }
        Err(error @ (MirrorError::Away { .. } | MirrorError::Unwilling { .. })) => {
            return Err(miette!(
                help = "the documents are in the store on disk; the same command goes on from here",
                "{error}"
            ));
        }
        Err(error) => return Err(error).into_diagnostic(),
    };
    for refusal in &mirrored.refusals {
        eprintln!("refused by {}: {refusal}", target.update);
    }
    let listed = mirrored.refusals.len() as u64;
    if mirrored.refused > listed {
        eprintln!("refused by {}: {} more", target.update, mirrored.refused - listed);
    }
    Ok(Written {
        url: target.update.to_string(),
        mirrored,
        elapsed: started.elapsed(),
    })
}

impl Written {
    /// What the other store refused, down to single triples.
    pub fn refused(&self) -> u64 {
        self.mirrored.refused
    }

    pub fn summary(&self) -> String {
        let Mirrored {
            graphs,
            subjects,
            removed,
            unchanged,
            refused,
            requests,
            repeated,
            bytes,
            ..
        } = &self.mirrored;
        format!(
            "{}: {graphs} graphs and {subjects} subjects written, {removed} removed, {unchanged} unchanged, {refused} refused; \
             {requests} requests, {repeated} of them repeated, {:.1} MB in {:.1} s",
            self.url,
            *bytes as f64 / 1e6,
            self.elapsed.as_secs_f64()
        )
    }

    pub fn report(&self) -> Value {
        json!({
            "url": self.url,
            "graphs": self.mirrored.graphs,
            "subjects": self.mirrored.subjects,
            "removed": self.mirrored.removed,
            "unchanged": self.mirrored.unchanged,
            "refused": self.mirrored.refused,
            "requests": self.mirrored.requests,
            "repeated": self.mirrored.repeated,
            "bytes": self.mirrored.bytes,
            "seconds": self.elapsed.as_secs_f64(),
        })
    }
}
