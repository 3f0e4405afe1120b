//! `jingwei`: what the user asks for is parsed in `cli`, and each command has a file there.

mod cli;

use jingwei::query::Counting;
use std::process::ExitCode;

/// Reading makes many small strings and lists, for which the system's allocator is slow. Without huge pages: they cost
/// memory, and to clear them takes as long as they save. It is counted, so that a query's memory can be limited.
#[global_allocator]
static ALLOCATOR: Counting<mimalloc::MiMalloc> = Counting(mimalloc::MiMalloc);

fn main() -> ExitCode {
    cli::run()
}
