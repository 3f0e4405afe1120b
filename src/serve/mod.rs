//! How do others reach it? SPARQL over HTTP, and the explorer page.
//!
//! [`Server::bind`] takes a store and [`Options`] and listens; [`Server::run`] answers until it is told to stop. Paths are
//! those of the contract: `/query`, `/store`, `/update`, `/entity/…`, `/doc/…`, `/claim/…`, `/health`, `/metrics`, the
//! page at `/`, and what the page asks under `/api/`.
//!
//! *Safe by default.* Loopback only, read-only, every query within limits of time, memory and rows, nothing fetched from
//! elsewhere, and no answer to a page of another origin. What is refused is refused with a status and a reason
//! ([`refuse`]).
//!
//! *Invariant.* Nothing that comes in over HTTP changes the default graph or a graph of Jingwei's own: updates reach
//! other graphs only ([`update`]).
//!
//! Knows nothing of extraction.

mod accept;
mod api;
mod articles;
mod describe;
mod gate;
mod graphs;
mod metrics;
mod pages;
mod refuse;
mod sparql;
mod stream;
mod update;

pub use articles::Articles;

use crate::query::{Cancel, Limits, Names};
use crate::store::{Store, StoreError};
use axum::Router;
use axum::extract::Request;
use axum::routing::{any, get};
use metrics::Metrics;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, RwLock, Semaphore};
use tower_http::catch_panic::CatchPanicLayer;

/// Stack of a thread that evaluates queries. Parser and evaluator call themselves for every operator of a long query; the
/// memory is taken only where it is used.
const STACK: usize = 512 << 20;

/// How long a stopping server waits for answers that are under way.
const GRACE: Duration = Duration::from_secs(10);

/// How a server behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Names by which it may be reached beside `localhost` and bare addresses. Others are refused, so that a page whose
    /// name was pointed at this machine can't read the graph.
    pub hosts: Vec<String>,
    /// Origins whose pages may read answers (`https://example.org`, or `*` for all).
    pub origins: Vec<String>,
    /// Time of one query.
    pub timeout: Duration,
    /// Rows or triples of one answer.
    pub rows: usize,
    /// Bytes that one query may hold.
    pub memory: usize,
    /// Bytes of a request's body.
    pub body: usize,
    /// Queries at the same time.
    pub concurrency: usize,
    /// Queries that wait for others to end; one more is sent away.
    pub queue: usize,
    /// The secret that allows writing; without one nothing is written.
    pub token: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            bind: SocketAddr::from(([127, 0, 0, 1], 7878)),
            hosts: Vec::new(),
            origins: Vec::new(),
            timeout: Duration::from_secs(30),
            rows: 100_000,
            memory: 512 << 20,
            body: 1 << 20,
            concurrency: std::thread::available_parallelism().map_or(2, usize::from) * 2,
            queue: 256,
            token: None,
        }
    }
}

/// Why a server can't start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody else listens there, or the address isn't this machine's.
    #[error("can't listen on {0}: {1}")]
    Bind(SocketAddr, std::io::Error),
    /// An origin that can't stand in a header.
    #[error("`{0}` is no origin; one looks like https://example.org")]
    Origin(String),
    /// The system refused.
    #[error("the server broke off: {0}")]
    Io(#[from] std::io::Error),
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What every request is answered from.
struct Shared {
    store: Store,
    names: Names,
    articles: Articles,
    options: Options,
    metrics: Metrics,
    started: Instant,
    /// Places at which queries are evaluated.
    places: Arc<Semaphore>,
    /// Places in the queue.
    queue: Arc<Semaphore>,
    /// Held for reading by queries and for writing by updates: the quads that a query scans are those of one moment.
    writing: Arc<RwLock<()>>,
}

impl Shared {
    fn limits(&self, cancel: Cancel) -> Limits {
        Limits {
            timeout: Some(self.options.timeout),
            memory: Some(self.options.memory),
            cancel,
        }
    }
}

type State = Arc<Shared>;

/// A server that listens.
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    stop: Arc<Notify>,
}

/// Stops a server from another thread.
#[derive(Debug, Clone)]
pub struct Stopper(Arc<Notify>);

impl Stopper {
    /// No new request is taken; those that are being answered are given some seconds.
    pub fn stop(&self) {
        self.0.notify_one();
    }
}

impl Server {
    /// Reads the names of the store's entities and begins to listen. Requests wait until [`Server::run`].
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn bind(store: Store, articles: Articles, options: Options) -> Result<Self, ServeError> {
        // Before the first query: building it would take all of a query's time.
        #[cfg(feature = "search")]
        if let Err(error) = crate::search::keep(&store) {
            tracing::warn!("{error}");
        }
        let names = Names::of(&store)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(STACK)
            .enable_all()
            .build()?;
        let bind = options.bind;
        let listener = runtime
            .block_on(TcpListener::bind(bind))
            .map_err(|error| ServeError::Bind(bind, error))?;
        let address = listener.local_addr()?;
        let cors = gate::cors(&options.origins)?;
        let shared = Arc::new(Shared {
            store,
            names,
            articles,
            metrics: Metrics::default(),
            started: Instant::now(),
            places: Arc::new(Semaphore::new(options.concurrency.max(1))),
            queue: Arc::new(Semaphore::new(options.queue.max(1))),
            writing: Arc::default(),
            options,
        });
        let router = routes()
            .fallback(pages::nowhere)
            .layer(cors)
            .layer(CatchPanicLayer::custom(refuse::broken))
            .layer(axum::middleware::from_fn_with_state(shared.clone(), gate::pass))
            .with_state(shared);
        Ok(Server {
            runtime,
            listener,
            address,
            router,
            stop: Arc::default(),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A way to stop it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }

    /// Answers until it is stopped, or, where `signals` is set, until the process is told to end (SIGINT, SIGTERM).
    ///
    /// # Errors
    /// [`ServeError::Io`].
    pub fn run(self, signals: bool) -> Result<(), ServeError> {
        let Server {
            runtime,
            listener,
            router,
            stop,
            ..
        } = self;
        let result = runtime.block_on(async {
            let stopping = Arc::new(Notify::new());
            let told = stopping.clone();
            let until = async move {
                if signals {
                    tokio::select! {
                        () = stop.notified() => {}
                        () = signal() => {}
                    }
                } else {
                    stop.notified().await;
                }
                tracing::info!("stopping");
                told.notify_one();
            };
            let served = axum::serve(listener, router)
                .with_graceful_shutdown(until)
                .into_future();
            tokio::select! {
                result = served => result,
                // Who doesn't read his answer must not keep the server from ending.
                () = async { stopping.notified().await; tokio::time::sleep(GRACE).await } => Ok(()),
            }
        });
        runtime.shutdown_timeout(Duration::from_secs(1));
        Ok(result?)
    }
}

async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without handlers the signals end the process as they always do.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

fn routes() -> Router<State> {
    Router::new()
        .route("/query", any(sparql::query))
        .route("/update", any(update::update))
        .route("/store", any(graphs::store))
        .route("/health", get(metrics::health))
        .route("/metrics", get(metrics::text))
        .route("/", get(pages::explorer))
        .route("/assets/{*file}", get(pages::asset))
        .route("/entity/{*rest}", get(pages::resource))
        .route("/doc/{*rest}", get(pages::resource))
        .route("/claim/{*rest}", get(pages::resource))
        .nest("/api", api::routes())
}

/// The path of a request as metrics and logs group it: without what differs from one request to the next.
fn route_of(request: &Request) -> &'static str {
    const ROUTES: [&str; 10] = [
        "/query", "/update", "/store", "/health", "/metrics", "/assets", "/entity", "/doc", "/claim", "/api",
    ];
    let path = request.uri().path();
    if path == "/" {
        return "/";
    }
    ROUTES
        .into_iter()
        .find(|route| {
            path.strip_prefix(route)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .unwrap_or("other")
}
