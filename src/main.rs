//! `jingwei`: what the user asks for is parsed in `cli`, and each command has a file there.

mod cli;

use std::process::ExitCode;

/// Reading makes many small strings and lists, for which the system's allocator is slow. Without huge pages: they cost
/// memory, and to clear them takes as long as they save.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
