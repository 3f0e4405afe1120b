//! The program run as its users run it, for the tests of the command line.
#![allow(dead_code, reason = "no test file uses all of it")]

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run left behind.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        Run {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }
}

impl Run {
    #[track_caller]
    pub fn done(self) -> Run {
        self.ended(0)
    }

    #[track_caller]
    pub fn ended(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "{}", self.err);
        self
    }

    /// The messages without the folds of a terminal.
    pub fn said(&self) -> String {
        self.err.replace("\n  │ ", " ")
    }
}

/// The program in the project's folder, without input.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jingwei"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    command
}

pub fn run<S: AsRef<OsStr>>(args: &[S]) -> Run {
    program().args(args).output().expect("the program starts").into()
}

pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("it can be listed") {
        let entry = entry.expect("it can be listed");
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}
