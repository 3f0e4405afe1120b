//! A folder of files that an export owns: what an earlier one wrote there is replaced, what anybody else put there
//! stays.

use miette::{IntoDiagnostic, WrapErr, miette};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path};

/// Lists the files of the last export, one a line.
const LIST: &str = ".jingwei-export";

/// Writes files by their paths inside `folder`, and removes those of an earlier export that are no more.
///
/// # Errors
/// A folder that holds something and was not made by an export; a file that can't be written.
pub fn write(folder: &Path, files: &BTreeMap<String, String>) -> miette::Result<()> {
    let list = folder.join(LIST);
    let old: BTreeSet<String> = match fs::read_to_string(&list) {
        Ok(lines) => lines
            .lines()
            .filter(|path| is_inside(path))
            .map(str::to_owned)
            .collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let holds_something = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
            if holds_something {
                return Err(miette!(
                    "{} holds files that no export wrote; name a new or an empty folder",
                    folder.display()
                ));
            }
            BTreeSet::new()
        }
        Err(error) => {
            return Err(error)
                .into_diagnostic()
                .wrap_err_with(|| format!("can't read {}", list.display()));
        }
    };
    let file = |path: &str, content: &str| -> miette::Result<()> {
        let target = folder.join(path);
        let parent = target.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&target, content))
            .into_diagnostic()
            .wrap_err_with(|| format!("can't write {}", target.display()))
    };
    let all: Vec<&str> = old
        .iter()
        .map(String::as_str)
        .chain(files.keys().map(String::as_str))
        .collect();
    // Both, until the old ones are gone: an export that is cut off leaves nothing that the next doesn't know.
    file(LIST, &lines(all.into_iter().collect()))?;
    for path in old.iter().filter(|path| !files.contains_key(*path)) {
        match fs::remove_file(folder.join(path)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error)
                    .into_diagnostic()
                    .wrap_err_with(|| format!("can't remove {path}"));
            }
            _ => {}
        }
    }
    for (path, content) in files {
        file(path, content)?;
    }
    file(LIST, &lines(files.keys().map(String::as_str).collect()))
}

fn lines(paths: BTreeSet<&str>) -> String {
    paths.into_iter().fold(String::new(), |all, path| all + path + "\n")
}

/// Whether a path leads to a file of the folder and not out of it.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}
