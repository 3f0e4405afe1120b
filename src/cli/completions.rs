//! `jingwei completions`

use super::output::print;
use super::{Cli, Outcome};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use miette::IntoDiagnostic;

/// Writes what a shell needs to complete commands and options
///
/// Example: jingwei completions bash > ~/.local/share/bash-completion/completions/jingwei
///
/// For zsh put it as `_jingwei` into a folder of $fpath, for fish into ~/.config/fish/completions/jingwei.fish; PowerShell
/// reads it from $PROFILE.
#[derive(Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub fn run(args: CompletionsArgs) -> miette::Result<Outcome> {
    // Through `print`, as a closed pipe is no fault.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "jingwei", &mut script);
    print(&String::from_utf8(script).into_diagnostic()?)?;
    Ok(Outcome::Done)
}
