//! `jingwei`: what the user asks for is parsed in `cli`, and each command has a file there.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
