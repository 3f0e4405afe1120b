//! Embeds every file of the lexicon and the patterns, so that a new file needs no code, and compiles the lexicon to the
//! file that the program opens (`src/entity/lexicon/compile.rs`, whose code it shares). A mistake in a table ends the
//! build with its file and line.

#![allow(
    dead_code,
    unused_imports,
    reason = "the build needs a part of the code that it shares"
)]

#[path = "src/entity/kind.rs"]
mod kind;

mod entity {
    pub use crate::kind::EntityType;
}

#[path = "src/text/fold.rs"]
mod fold;
#[path = "src/text/script.rs"]
mod script;

mod text {
    pub(crate) use crate::fold::{fold, is_ready, simplified, traditional};
    pub(crate) use crate::script::{is_han, is_kana};
}

#[path = "src/entity/lexicon/bytes.rs"]
mod bytes;
#[path = "src/entity/lexicon/compile.rs"]
mod compile;
#[path = "src/entity/lexicon/cues.rs"]
mod cues;
#[path = "src/entity/lexicon/edges.rs"]
mod edges;
#[path = "src/entity/lexicon/entry.rs"]
mod entry;
#[path = "src/entity/lexicon/error.rs"]
mod error;
#[path = "src/entity/lexicon/file.rs"]
mod file;
#[path = "src/entity/lexicon/record.rs"]
mod record;
#[path = "src/entity/lexicon/rows.rs"]
mod rows;
#[path = "src/entity/lexicon/shapes.rs"]
mod shapes;
#[path = "src/entity/lexicon/tables.rs"]
mod tables;
#[path = "src/entity/lexicon/terms.rs"]
mod terms;
#[path = "src/entity/lexicon/trie.rs"]
mod trie;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    // `Display`, so that the message can be read.
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    embed(
        &root.join("patterns"),
        "toml",
        "PATTERN_FILES",
        &out.join("pattern_files.rs"),
    )?;
    embed(
        &root.join("lexicon"),
        "tsv",
        "LEXICON_FILES",
        &out.join("lexicon_files.rs"),
    )?;
    for room in [
        "src/entity/lexicon",
        "src/entity/kind.rs",
        "src/text/fold.rs",
        "src/text/script.rs",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(room).display());
    }
    for words in ["variants.tsv", "contextual.txt"] {
        println!("cargo::rerun-if-changed={}", root.join("lexicon").join(words).display());
    }
    compile_lexicon(&root.join("lexicon"), &out.join("lexicon.bin"))
}

/// Writes the lexicon as the program opens it.
fn compile_lexicon(folder: &Path, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut paths = Vec::new();
    collect(folder, "tsv", &mut paths)?;
    let mut files = Vec::new();
    for path in &paths {
        files.push((below(folder, path), fs::read_to_string(path)?));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    fs::write(out, compile::compile(&files)?.into_bytes())?;
    Ok(())
}

/// A file's path below a folder, with `/`.
fn below(folder: &Path, file: &Path) -> String {
    file.strip_prefix(folder)
        .unwrap_or(file)
        .to_string_lossy()
        .replace('\\', "/")
}

/// Writes `static NAME: &[(path below the folder, content)]` with every file of a kind, sorted by path.
fn embed(folder: &Path, extension: &str, name: &str, out: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    collect(folder, extension, &mut files)?;
    files.sort();
    let mut code = format!("/// Path below the folder, and content.\nstatic {name}: &[(&str, &str)] = &[\n");
    for file in files {
        let path = below(folder, &file);
        let _ = writeln!(code, "    ({path:?}, include_str!({:?})),", file.display().to_string());
    }
    code.push_str("];\n");
    fs::write(out, code)
}

fn collect(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, extension, files)?;
        } else if path.extension().is_some_and(|e| e == extension) {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
