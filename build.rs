//! Embeds every file of the lexicon and the patterns, so that a new file needs no code.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
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
    )
}

/// Writes `static NAME: &[(path below the folder, content)]` with every file of a kind, sorted by path.
fn embed(folder: &Path, extension: &str, name: &str, out: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    collect(folder, extension, &mut files)?;
    files.sort();
    let mut code = format!("/// Path below the folder, and content.\nstatic {name}: &[(&str, &str)] = &[\n");
    for file in files {
        let path = file
            .strip_prefix(folder)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
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
