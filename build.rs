//! Embeds every file of the lexicon and the patterns, so that a new file needs no code.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    embed(&root, "patterns", "toml", &out.join("patterns.rs"))?;
    embed(&root, "lexicon", "tsv", &out.join("lexicon.rs"))
}

/// Writes `static BUILTIN: &[(path, content)]` with every file of a kind under a folder, sorted by path.
fn embed(root: &Path, folder: &str, extension: &str, out: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    collect(&root.join(folder), extension, &mut files)?;
    files.sort();
    let mut code = String::from("static BUILTIN: &[(&str, &str)] = &[\n");
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file);
        let _ = writeln!(code, "    ({:?}, include_str!({:?})),", name.display().to_string(), file.display().to_string());
    }
    code.push_str("];\n");
    println!("cargo::rerun-if-changed={folder}");
    fs::write(out, code)
}

fn collect(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, extension, files)?;
        } else if path.extension().is_some_and(|e| e == extension) {
            files.push(path);
        }
    }
    Ok(())
}
