//! Lines sorted by key in bounded memory: what doesn't fit is sorted in runs on disk and merged.

use miette::IntoDiagnostic;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};

/// Bytes of lines that are held in memory before a run is written to disk.
const RUN_BYTES: usize = 128 << 20;

/// Collects lines and writes them in the order of their keys; lines of one key in their own order.
#[derive(Default)]
pub struct SortedLines {
    lines: Vec<(String, String)>,
    bytes: usize,
    runs: Vec<File>,
}

impl SortedLines {
    /// Adds a line, without its line break; neither may hold one.
    pub fn push(&mut self, key: String, line: String) -> miette::Result<()> {
        self.bytes += key.len() + line.len();
        self.lines.push((key, line));
        if self.bytes > RUN_BYTES {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> miette::Result<()> {
        self.lines.sort_unstable();
        let mut file = BufWriter::new(tempfile::tempfile().into_diagnostic()?);
        for (key, line) in self.lines.drain(..) {
            // A document's id has no line break: the reader drops control characters.
            write!(file, "{}\n{line}\n", key.replace('\n', " ")).into_diagnostic()?;
        }
        let mut file = file.into_inner().into_diagnostic()?;
        file.rewind().into_diagnostic()?;
        self.runs.push(file);
        self.bytes = 0;
        Ok(())
    }

    /// Writes everything.
    pub fn write(mut self, out: &mut impl Write) -> miette::Result<()> {
        if self.runs.is_empty() {
            self.lines.sort_unstable();
            for (_, line) in self.lines {
                writeln!(out, "{line}").into_diagnostic()?;
            }
            return Ok(());
        }
        self.spill()?;
        let mut runs: Vec<BufReader<File>> = self.runs.into_iter().map(BufReader::new).collect();
        let mut heap = BinaryHeap::new();
        for (i, run) in runs.iter_mut().enumerate() {
            if let Some((key, line)) = next(run)? {
                heap.push(Reverse((key, line, i)));
            }
        }
        while let Some(Reverse((_, line, i))) = heap.pop() {
            writeln!(out, "{line}").into_diagnostic()?;
            if let Some((key, line)) = next(&mut runs[i])? {
                heap.push(Reverse((key, line, i)));
            }
        }
        Ok(())
    }
}

fn next(run: &mut BufReader<File>) -> miette::Result<Option<(String, String)>> {
    let mut key = String::new();
    if run.read_line(&mut key).into_diagnostic()? == 0 {
        return Ok(None);
    }
    let mut line = String::new();
    run.read_line(&mut line).into_diagnostic()?;
    key.truncate(key.trim_end_matches('\n').len());
    line.truncate(line.trim_end_matches('\n').len());
    Ok(Some((key, line)))
}

/// Standard output, buffered. Where the reader of a pipe has had enough (`| head`), the program ends at once and in
/// peace, as others of the trade do.
pub struct Stdout(BufWriter<std::io::StdoutLock<'static>>);

impl Stdout {
    pub fn lock() -> Stdout {
        Stdout(BufWriter::new(std::io::stdout().lock()))
    }
}

/// Writes a text to standard output.
pub fn print(text: &str) -> miette::Result<()> {
    let mut out = Stdout::lock();
    out.write_all(text.as_bytes()).into_diagnostic()?;
    out.flush().into_diagnostic()
}

/// Lets everything through but a closed pipe.
fn or_end<T>(result: std::io::Result<T>) -> std::io::Result<T> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other,
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        or_end(self.0.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        or_end(self.0.flush())
    }
}
