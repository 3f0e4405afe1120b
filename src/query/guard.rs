//! What stops a query that asks for too much.
//!
//! A query is watched by a clock and a count that its thread carries. Whatever evaluation does with more than a handful
//! of values, it clones them ([`super::dataset::Id`]), and every so many clones [`tick`] looks whether the time is up,
//! the memory is used up, or nobody waits for the answer any more. Then the evaluation is left by unwinding, from
//! wherever it is: in a scan, in the middle of a sort, in a product of two lists that no longer reads the store.
//!
//! *Why not oxigraph's cancellation token?* It is asked once a scanned quad. A sort, a group or a product over what was
//! scanned before runs on to its end.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Clones between two looks at the clock: some ten microseconds of a sort, less than a millisecond of a scan.
const EVERY: u32 = 256;

/// This part of a query's memory is what one text that it makes may take. An expression is not watched while it works, and
/// may make a long text of several long ones.
const LONGEST: usize = 32;

/// What a query may cost.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// It is stopped then.
    pub timeout: Option<Duration>,
    /// Bytes that it may hold at a time, beyond what its answer takes on the way out. Counted where the program's
    /// allocator is [`Counting`], not elsewhere.
    pub memory: Option<usize>,
    /// It is stopped when somebody else says so.
    pub cancel: Cancel,
}

/// A flag by which somebody else stops a query.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Stops the query, within a few clones.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was stopped.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Which limit stopped a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// [`Limits::timeout`]
    Time,
    /// [`Limits::memory`]
    Memory,
    /// [`Limits::cancel`]
    Cancelled,
}

struct Watch {
    deadline: Option<Instant>,
    /// What the thread may have allocated, by its own count.
    most: Option<isize>,
    /// Bytes of the longest text that an expression may make.
    longest: usize,
    cancel: Cancel,
}

thread_local! {
    static TICKS: Cell<u32> = const { Cell::new(EVERY) };
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
    static USED: Cell<isize> = const { Cell::new(0) };
}

/// Does the work within limits; they hold for [`tick`]s on this thread.
///
/// # Errors
/// The limit that stopped it.
pub(super) fn within<R>(limits: &Limits, work: impl FnOnce() -> R) -> Result<R, Stop> {
    let watch = Watch {
        deadline: limits.timeout.map(|timeout| Instant::now() + timeout),
        most: limits
            .memory
            .map(|memory| USED.get().saturating_add(isize::try_from(memory).unwrap_or(isize::MAX))),
        longest: limits.memory.map_or(usize::MAX, |memory| memory / LONGEST),
        cancel: limits.cancel.clone(),
    };
    WATCH.set(Some(watch));
    TICKS.set(EVERY);
    // What the work had begun is dropped on the way out, and nothing of it is seen afterwards.
    let result = catch_unwind(AssertUnwindSafe(work));
    WATCH.set(None);
    match result {
        Ok(result) => Ok(result),
        Err(payload) => match payload.downcast::<Stop>() {
            Ok(stop) => Err(*stop),
            Err(other) => resume_unwind(other),
        },
    }
}

/// Counts a step of evaluation, and looks at the limits every so many.
#[inline]
pub(super) fn tick() {
    match TICKS.get() {
        0 => look(),
        left => TICKS.set(left - 1),
    }
}

/// Looks at the limits now.
#[cold]
pub(super) fn look() {
    TICKS.set(EVERY);
    let stop = WATCH.with_borrow(|watch| {
        let watch = watch.as_ref()?;
        if watch.cancel.is_cancelled() {
            Some(Stop::Cancelled)
        } else if watch.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            Some(Stop::Time)
        } else if watch.most.is_some_and(|most| USED.get() > most) {
            Some(Stop::Memory)
        } else {
            None
        }
    });
    if let Some(stop) = stop {
        // Unlike `panic!` this calls no hook: nothing is wrong, and nothing is to be printed.
        resume_unwind(Box::new(stop));
    }
}

/// Counts a text of so many bytes that an expression made.
pub(super) fn made(bytes: usize) {
    if bytes < 1 << 16 {
        return tick();
    }
    look();
    if WATCH.with_borrow(|watch| watch.as_ref().is_some_and(|watch| bytes > watch.longest)) {
        resume_unwind(Box::new(Stop::Memory));
    }
}

/// An allocator that knows how much each thread holds, so that a query's memory can be limited. One addition a call.
///
/// What one thread allocates and another frees is counted with both; a query is evaluated by one.
pub struct Counting<A>(pub A);

fn count(bytes: usize, sign: isize) {
    // A thread that is just ending has no counter any more, and runs no query.
    let _ = USED.try_with(|used| used.set(used.get().wrapping_add(sign.wrapping_mul(bytes as isize))));
}

// SAFETY: every call is passed on unchanged; counting neither allocates nor unwinds.
#[expect(unsafe_code, reason = "an allocator can't be written without")]
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counting<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: as the caller promises.
        unsafe { self.0.dealloc(place, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(layout.size(), -1);
        count(size, 1);
        // SAFETY: as the caller promises.
        unsafe { self.0.realloc(place, layout, size) }
    }
}
