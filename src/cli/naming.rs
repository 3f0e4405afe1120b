//! `jingwei lexicon add` and `import`: a user's own names

use super::Outcome;
use super::knowledge::Knowledge;
use super::reading::Refusals;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use jingwei::entity::EntityType;
use jingwei::entity::lexicon::import::{self, Form};
use jingwei::entity::lexicon::{Added, Given, LayerOut, Unfit};
use jingwei::read::{Refusal, unpacked};
use miette::{IntoDiagnostic, WrapErr, miette};
use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Adds one entity to a file of names
///
/// The file is made where there is none; an entity with the same key is replaced. Every command knows the entity when it is
/// given the file as --lexicon FILE. A name with `?` at its end is also an ordinary word: it counts only where the document
/// supports it.
///
/// Example: jingwei lexicon add dayu --type Company --name 大禹軟件 --name "Dayu Software" --listing "XHKG 8887"
#[derive(Args)]
pub struct AddArgs {
    /// Stable key of a-z, 0-9 and -; the entity's IRI ends in it
    key: String,
    /// Company, Organization, Person, Place, Product, Model, Chip, Index, Benchmark or Ranking
    #[arg(long = "type", value_name = "TYPE")]
    kind: EntityType,
    /// A name in any script; may be repeated
    #[arg(long, value_name = "NAME", required = true)]
    name: Vec<String>,
    /// Exchange and code, as "XHKG 700"; may be repeated
    #[arg(long, value_name = "LISTING")]
    listing: Vec<String>,
    /// Scheme and value, as wikidata:Q860580; may be repeated
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// Key of the company that makes or owns it, or where a person is known from
    #[arg(long, value_name = "KEY")]
    owner: Option<String>,
    /// The file of names
    #[arg(long, value_name = "FILE", default_value = "jingwei.lexicon")]
    output: PathBuf,
}

/// Makes a file of names from lists
///
/// Reads any number of lists, each also as .gz or .zst: tables (.csv, .tsv), lines of JSON (.jsonl), and Wikidata's dumps as
/// JSON (.json) or N-Triples (.nt). Every command knows the names when it is given the file as --lexicon FILE. What is in the
/// file already stays; an entity with the same key is replaced. What can't be read is listed at the end, the rest is taken.
///
/// Columns of a table, or fields of an object: `key` (of a-z, 0-9 and -; made from the first listing or from the id of
/// Wikidata where there is none), `type` (Company, Person …), `names` or `hant`, `hans`, `en` and `aliases`, `listings` (XHKG
/// 700, 0700.HK) or `tickers`, `ids` (scheme:value), `isin`, `lei`, `wikidata`, and `owner` (the key of the maker). Several
/// names, listings or ids in a cell are separated by `|`. Names that are everyday words or have at most two characters, and
/// those with `?` at the end, count only where the document supports them.
///
/// Of Wikidata the items are taken that are instances of a class in lexicon/import/wikidata-types.tsv, with their labels and
/// aliases in Chinese and English, stock exchange listings, ISIN and LEI.
///
/// Example: jingwei lexicon import watchlist.csv latest-all.json.gz --output my.lexicon
#[derive(Args)]
pub struct ImportArgs {
    /// The lists
    #[arg(required = true, value_name = "FILE")]
    lists: Vec<PathBuf>,
    /// The file of names
    #[arg(long, value_name = "FILE", default_value = "jingwei.lexicon")]
    output: PathBuf,
    /// How the lists are written, where their names don't tell
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Type of entities that have none of their own
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<EntityType>,
    /// Write what was refused to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Heading and rows
    Csv,
    /// An object a line: names, or items of Wikidata
    Jsonl,
    /// N-Triples of Wikidata
    Ntriples,
}

pub fn add(args: AddArgs) -> miette::Result<Outcome> {
    let mut names = taken_over(&args.output)?;
    let mut identifiers = Vec::new();
    for id in &args.id {
        let (scheme, value) = id
            .split_once(':')
            .ok_or_else(|| miette!(help = "write scheme:value, as wikidata:Q860580", "`{id}` is no id"))?;
        identifiers.push((scheme.to_owned(), value.to_owned()));
    }
    let given = Given {
        key: args.key.clone(),
        kind: Some(args.kind),
        names: args.name,
        listings: args.listing,
        identifiers,
        owner: args.owner,
        ..Given::default()
    };
    let added = names
        .add(given, false)
        .map_err(|Unfit { reason, remedy }| miette!(help = remedy, "{reason}"))?;
    write(names, &args.output)?;
    let done = match added {
        Added::New => "added to",
        Added::Replaced => "replaced in",
    };
    eprintln!("{} {done} {}", args.key, args.output.display());
    Ok(Outcome::Done)
}

pub fn import(args: ImportArgs) -> miette::Result<Outcome> {
    let mut names = taken_over(&args.output)?;
    let before = names.len();
    let mut refusals = Refusals::new(args.refused.as_deref())?;
    let (mut replaced, mut passed_over) = (0u64, 0u64);
    for path in &args.lists {
        let origin = path.display().to_string();
        let refusal = |line: Option<u64>, Unfit { reason, remedy }: Unfit| Refusal {
            origin: origin.clone(),
            line,
            byte: None,
            reason,
            remedy,
        };
        let form = match args.format {
            Some(Format::Csv) => Some(Form::Table),
            Some(Format::Jsonl) => Some(Form::Json),
            Some(Format::Ntriples) => Some(Form::Triples),
            None => import::form_of(path),
        };
        let unreadable = |reason: String, remedy: &str| Unfit {
            reason,
            remedy: remedy.to_owned(),
        };
        let Some(form) = form else {
            let unfit = unreadable("its name doesn't tell how it is written".to_owned(), "give --format");
            refusals.add(&refusal(None, unfit).into())?;
            continue;
        };
        let bar = progress(path);
        let opened =
            File::open(path).and_then(|file| unpacked(path, BufReader::with_capacity(1 << 16, bar.wrap_read(file))));
        let mut failed = None;
        let read = opened.and_then(|input| {
            import::read(input, form, args.kind, |line, given| {
                match given.and_then(|given| names.add(given, true)) {
                    Ok(Added::New) => {}
                    Ok(Added::Replaced) => replaced += 1,
                    Err(unfit) => {
                        if let Err(error) = refusals.add(&refusal(Some(line), unfit).into()) {
                            failed.get_or_insert(error);
                        }
                    }
                }
            })
        });
        bar.finish_and_clear();
        if let Some(error) = failed {
            return Err(error);
        }
        match read {
            Ok(rest) => {
                passed_over += rest.passed_over;
                if !rest.columns.is_empty() {
                    eprintln!("{origin}: columns that say nothing here: {}", rest.columns.join(", "));
                }
            }
            Err(error) => {
                let unfit = unreadable(
                    format!("it can't be read: {error}"),
                    "check the path, or fetch it again",
                );
                refusals.add(&refusal(None, unfit).into())?;
            }
        }
    }
    let (all, new) = (names.len(), names.len() - before);
    refusals.list(true)?;
    if all == 0 {
        return Err(miette!(
            "there is no entity in the lists, so {} isn't written",
            args.output.display()
        ));
    }
    write(names, &args.output)?;
    eprintln!(
        "{}: {all} entities, {new} new, {replaced} replaced, {passed_over} passed over, {} refused",
        args.output.display(),
        refusals.count
    );
    Ok(if refusals.count > 0 {
        Outcome::Partly
    } else {
        Outcome::Done
    })
}

/// The names of a file, none where there is no such file.
fn taken_over(path: &Path) -> miette::Result<LayerOut> {
    let mut names = LayerOut::default();
    match std::fs::read(path) {
        Ok(bytes) => names
            .extend(bytes)
            .map_err(|broken| miette!("{}: {broken}", path.display()))?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => {
            return Err(error)
                .into_diagnostic()
                .wrap_err_with(|| format!("can't read {}", path.display()));
        }
    }
    Ok(names)
}

/// Puts the file into its place when it is whole: whoever has the old one open keeps it.
fn write(names: LayerOut, path: &Path) -> miette::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let what = || format!("can't write {}", path.display());
    let lexicon = Knowledge::load()?.lexicon;
    let file = tempfile::Builder::new()
        .prefix(".lexicon")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .into_diagnostic()
        .wrap_err_with(what)?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    names.write(&lexicon, &mut out).into_diagnostic().wrap_err_with(what)?;
    out.flush().into_diagnostic().wrap_err_with(what)?;
    let file = out.into_inner().into_diagnostic().wrap_err_with(what)?;
    share(file.as_file());
    file.persist(path).into_diagnostic().wrap_err_with(what)?;
    Ok(())
}

/// Temporary files are their maker's alone; this one is for all, as others are.
#[cfg(unix)]
fn share(file: &File) {
    use std::os::unix::fs::PermissionsExt;
    let _ = file.set_permissions(std::fs::Permissions::from_mode(0o644));
}

#[cfg(not(unix))]
fn share(_: &File) {}

/// A bar on a terminal, nothing elsewhere.
fn progress(path: &Path) -> ProgressBar {
    let bar = ProgressBar::new(std::fs::metadata(path).map_or(0, |data| data.len()));
    let template = "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
