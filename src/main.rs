//! `jingwei`: what the user asks for is parsed in `cli`, and each command has a file there.

mod cli;

use std::process::ExitCode;

/// Reading makes many small strings and lists, which the system's allocator takes a tenth of the time for. Without huge
/// pages: they cost a fourth of the memory more, and to clear them takes as long as they save.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
