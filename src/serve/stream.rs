//! Answers that are sent while they are being made.
//!
//! A query is evaluated on a thread of its own and writes into a channel. The head of the answer is sent when the first
//! [`HELD`] bytes are there or all is done, whichever comes first: so that whatever is refused early has the right status.
//! What fails later breaks the connection off, so that half an answer is never taken for a whole one.

use super::metrics::Gauge;
use super::refuse::Refused;
use super::{Shared, State};
use crate::query::{Cancel, Cut, QueryError};
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedRwLockReadGuard, OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

/// Bytes that are held back before the head is sent.
const HELD: usize = 64 << 10;
/// Bytes of one piece.
const PIECE: usize = 16 << 10;
/// Pieces that wait for the network before evaluation waits for them.
const PIECES: usize = 8;

/// For each question of the text index of which it found more than counts: `COUNTED/FOUND`.
const CUT: HeaderName = HeaderName::from_static("jingwei-search-cut");

enum Piece {
    /// The media type, and what the text index cut; comes first.
    Head(&'static str, Vec<String>),
    Data(Bytes),
    Done,
    Failed(Refused),
}

/// A place at which a query may be evaluated; given back when it is dropped.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    _unchanged: OwnedRwLockReadGuard<()>,
    state: State,
}

impl Place {
    /// Waits for one.
    ///
    /// # Errors
    /// 503 where too many wait already, or none came free within a query's time.
    pub(super) async fn take(state: &State) -> Result<Self, Refused> {
        let busy = || {
            state.metrics.stopped("busy");
            Refused::busy()
        };
        let _queued = state.queue.clone().try_acquire_owned().map_err(|_| busy())?;
        let _waiting = Gauge::up(&state.metrics.waiting);
        let wait = async {
            let unchanged = state.writing.clone().read_owned().await;
            let permit = state.places.clone().acquire_owned().await;
            permit.map(|permit| (permit, unchanged))
        };
        match tokio::time::timeout(state.options.timeout, wait).await {
            Ok(Ok((permit, unchanged))) => Ok(Place {
                _permit: permit,
                _unchanged: unchanged,
                state: state.clone(),
            }),
            _ => Err(busy()),
        }
    }

    /// Does work that blocks, at this place.
    ///
    /// # Errors
    /// What the work gives, or 500 where it broke down.
    pub(super) async fn work<R: Send + 'static>(
        self,
        work: impl FnOnce(&Shared) -> Result<R, Refused> + Send + 'static,
    ) -> Result<R, Refused> {
        tokio::task::spawn_blocking(move || {
            let _running = Gauge::up(&self.state.metrics.running);
            work(&self.state)
        })
        .await
        .unwrap_or_else(|error| Err(Refused::internal(error)))
    }

    /// The answer that `write` begins and writes. Whoever stops reading stops the work through the flag it is given.
    ///
    /// # Errors
    /// What `write` gives before the head is sent.
    pub(super) async fn stream(
        self,
        write: impl FnOnce(&Shared, Cancel, &mut Pieces) -> Result<(), Refused> + Send + 'static,
    ) -> Result<Response, Refused> {
        let (sender, mut receiver) = mpsc::channel(PIECES);
        let cancel = Cancel::default();
        let on_drop = CancelOnDrop(cancel.clone());
        let handle = Handle::current();
        let deadline = Instant::now() + self.state.options.timeout;
        tokio::task::spawn_blocking(move || {
            let _running = Gauge::up(&self.state.metrics.running);
            let mut pieces = Pieces {
                sender,
                handle,
                deadline,
                buffer: Vec::with_capacity(PIECE),
            };
            let written = write(&self.state, cancel, &mut pieces);
            let end = match written {
                Ok(()) => pieces
                    .flush()
                    .map(|()| Piece::Done)
                    .unwrap_or_else(|error| Piece::Failed(Refused::internal(error))),
                Err(refused) => {
                    if refused.status.is_server_error() || refused.kind == "rows" {
                        self.state.metrics.stopped(refused.kind);
                    }
                    Piece::Failed(refused)
                }
            };
            // Nobody is there to hear it where the asker has gone.
            let _ = pieces.send(end);
        });
        let mut media = "application/octet-stream";
        let mut cuts = Vec::new();
        let mut held: Vec<Bytes> = Vec::new();
        let mut size = 0;
        let more = loop {
            match receiver.recv().await {
                Some(Piece::Head(name, cut)) => (media, cuts) = (name, cut),
                Some(Piece::Data(bytes)) => {
                    size += bytes.len();
                    held.push(bytes);
                    if size > HELD {
                        break true;
                    }
                }
                Some(Piece::Done) => break false,
                Some(Piece::Failed(refused)) => return Err(refused),
                None => return Err(Refused::internal("the evaluation of a query broke off")),
            }
        };
        let body = if more {
            held.reverse();
            Body::from_stream(Rest {
                held,
                receiver,
                _cancel: on_drop,
            })
        } else {
            Body::from(held.concat())
        };
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(media)),
            (header::VARY, HeaderValue::from_static("Accept")),
        ];
        let mut response = (headers, body).into_response();
        for cut in cuts {
            if let Ok(value) = HeaderValue::from_str(&cut) {
                response.headers_mut().append(CUT, value);
            }
        }
        Ok(response)
    }
}

/// Where an answer is written to.
pub(super) struct Pieces {
    sender: mpsc::Sender<Piece>,
    handle: Handle,
    deadline: Instant,
    buffer: Vec<u8>,
}

impl Pieces {
    /// Says of which media type the answer is.
    pub(super) fn begin(&mut self, media: &'static str) {
        self.begin_cut(media, &[]);
    }

    /// Says that, and of which words the text index found more than counts.
    pub(super) fn begin_cut(&mut self, media: &'static str, cut: &[Cut]) {
        let cut = cut.iter().map(|Cut { hits, of, .. }| format!("{hits}/{of}")).collect();
        // Who has gone is noticed at the first piece.
        let _ = self.send(Piece::Head(media, cut));
    }

    /// Waits for the asker to read what he has, as long as the query's time allows, and a little for its end.
    fn send(&self, piece: Piece) -> io::Result<()> {
        let until = self.deadline.max(Instant::now() + Duration::from_millis(200));
        self.handle.block_on(async {
            match tokio::time::timeout_at(until, self.sender.send(piece)).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(io::Error::new(io::ErrorKind::BrokenPipe, "the asker has gone")),
                Err(_) => Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the asker doesn't read the answer",
                )),
            }
        })
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE));
        self.send(Piece::Data(piece.into()))
    }
}

struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// What was held back, and what comes after it.
struct Rest {
    /// The first last.
    held: Vec<Bytes>,
    receiver: mpsc::Receiver<Piece>,
    _cancel: CancelOnDrop,
}

impl Stream for Rest {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if let Some(bytes) = self.held.pop() {
            return Poll::Ready(Some(Ok(bytes)));
        }
        self.receiver.poll_recv(context).map(|piece| match piece {
            Some(Piece::Data(bytes)) => Some(Ok(bytes)),
            Some(Piece::Head(..) | Piece::Done) => None,
            Some(Piece::Failed(refused)) => {
                tracing::warn!("an answer was broken off: {}", refused.reason);
                Some(Err(io::Error::other(refused.reason)))
            }
            None => Some(Err(io::Error::other("the evaluation broke off"))),
        })
    }
}

/// Rows or triples of an answer, counted up to the limit.
pub(super) struct Count {
    seen: usize,
    most: usize,
}

impl Count {
    pub(super) fn to(most: usize) -> Self {
        Count { seen: 0, most }
    }

    /// One more.
    ///
    /// # Errors
    /// [`QueryError::Rows`] where that is one too many.
    pub(super) fn one(&mut self) -> Result<(), QueryError> {
        self.seen += 1;
        if self.seen > self.most {
            return Err(QueryError::Rows(self.most));
        }
        Ok(())
    }
}
