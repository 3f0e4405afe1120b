//! `jingwei serve`

use super::Outcome;
use super::knowledge::Knowledge;
use super::query::seconds;
use super::stores::StoreArgs;
use clap::Args;
use jingwei::read::{self, Sources, encoding_for};
use jingwei::serve::{Articles, Options, Server};
use miette::{IntoDiagnostic, WrapErr, miette};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Answers SPARQL over HTTP, and shows the graph in a browser
///
/// The page at / finds entities by name, shows what is said of them and draws what is around them; /query is a SPARQL 1.1
/// endpoint, /store reads graphs, /health and /metrics are for machines. The store keeps quotes but no articles: with
/// --articles the page shows quotes where they stand.
///
/// Unless told otherwise this listens on this machine only, changes nothing, and stops a query that takes too long, holds
/// too much or answers too much. With --writable and a token, SPARQL updates and PUT, POST and DELETE of /store may
/// write graphs of your own; the default graph and those of the documents can't be written that way.
///
/// Example: jingwei serve --store news.db --articles articles/
#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    bind: SocketAddr,
    /// Listen for other machines too, where --bind says so. There is no encryption: put a proxy in front
    #[arg(long)]
    allow_remote: bool,
    /// A name under which this may be reached, beside localhost and bare addresses; may be repeated
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// An origin whose pages may read answers (https://example.org, or * for all); may be repeated
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,
    /// Files or folders with the articles that the store was made of, for the page to show; may be repeated
    #[arg(long, value_name = "PATH")]
    articles: Vec<PathBuf>,
    /// Encoding of the articles; detected where not given
    #[arg(long)]
    encoding: Option<String>,
    /// Seconds that one query may take, its sending included
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "30")]
    timeout: Duration,
    /// Rows or triples that one answer may have
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    rows: usize,
    /// Megabytes that one query may hold
    #[arg(long, value_name = "MB", default_value_t = 512)]
    memory: usize,
    /// Bytes that a request's body may have
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20)]
    max_body: usize,
    /// Queries that are evaluated at the same time; twice as many as there are cores where not given
    #[arg(long, value_name = "N")]
    concurrency: Option<usize>,
    /// Queries that wait for others to end; one more is sent away with 503
    #[arg(long, value_name = "N", default_value_t = 256)]
    queue: usize,
    /// Allow updates of your own graphs to who knows the token
    #[arg(long, requires = "token_file")]
    writable: bool,
    /// File with the token that writing takes, in its first line
    #[arg(long, value_name = "FILE", requires = "writable")]
    token_file: Option<PathBuf>,
}

/// Letters that a token has at least.
const TOKEN: usize = 16;

pub fn run(args: ServeArgs) -> miette::Result<Outcome> {
    if !args.bind.ip().is_loopback() && !args.allow_remote {
        return Err(miette!(
            help = "--allow-remote says that you mean it; there is no encryption and no login, so put a proxy in front",
            "{} can be reached from other machines",
            args.bind
        ));
    }
    let token = args.token_file.as_ref().map(token).transpose()?;
    let store = if args.writable {
        args.store.open_for_writing(&Knowledge::load()?)?
    } else {
        args.store.open_for_reading()?
    };
    let articles = articles(&args)?;
    let usual = Options::default();
    let options = Options {
        bind: args.bind,
        hosts: args.host,
        origins: args.allow_origin,
        timeout: args.timeout,
        rows: args.rows,
        memory: args.memory << 20,
        body: args.max_body,
        concurrency: args.concurrency.unwrap_or(usual.concurrency),
        queue: args.queue,
        token,
    };
    let server = Server::bind(store, articles, options).into_diagnostic()?;
    eprintln!("listening on http://{}/ (Ctrl-C ends it)", server.address());
    server.run(true).into_diagnostic()?;
    Ok(Outcome::Done)
}

fn token(file: &PathBuf) -> miette::Result<String> {
    let text = std::fs::read_to_string(file)
        .into_diagnostic()
        .wrap_err_with(|| format!("can't read {}", file.display()))?;
    let token = text.lines().next().unwrap_or("").trim();
    if token.len() < TOKEN {
        return Err(miette!(
            help = "head -c 24 /dev/urandom | base64 makes one",
            "the first line of {} must be a token of at least {TOKEN} characters",
            file.display()
        ));
    }
    Ok(token.to_owned())
}

fn articles(args: &ServeArgs) -> miette::Result<Articles> {
    let mut articles = Articles::default();
    if args.articles.is_empty() {
        return Ok(articles);
    }
    let encoding = match &args.encoding {
        None => None,
        Some(label) => Some(encoding_for(label).ok_or_else(|| miette!("no encoding is called `{label}`"))?),
    };
    let options = read::Options {
        encoding,
        ..read::Options::default()
    };
    for document in Sources::open(args.articles.iter(), options).documents() {
        match document {
            Ok(document) => articles.keep(&document).into_diagnostic()?,
            Err(refusal) => tracing::warn!("{refusal}"),
        }
    }
    Ok(articles)
}
