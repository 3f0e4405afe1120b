//! `/health` and `/metrics`, the latter in Prometheus' text format.

use super::State;
use super::refuse::Refused;
use axum::http::header;
use axum::response::IntoResponse;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper ends of the histogram's buckets, in seconds.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What has happened since the start.
#[derive(Default)]
pub(super) struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, u16), Requests>>,
    /// Queries that were stopped or refused, by reason.
    stopped: Mutex<BTreeMap<&'static str, u64>>,
    /// Queries that are being evaluated.
    pub(super) running: AtomicI64,
    /// Queries that wait.
    pub(super) waiting: AtomicI64,
}

#[derive(Default)]
struct Requests {
    count: u64,
    seconds: f64,
    buckets: [u64; BUCKETS.len()],
}

impl Metrics {
    pub(super) fn request(&self, route: &'static str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let requests = requests.entry((route, status)).or_default();
        let seconds = took.as_secs_f64();
        requests.count += 1;
        requests.seconds += seconds;
        for (count, end) in requests.buckets.iter_mut().zip(BUCKETS) {
            *count += u64::from(seconds <= end);
        }
    }

    pub(super) fn stopped(&self, reason: &'static str) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        *stopped.entry(reason).or_default() += 1;
    }
}

/// Counts up as long as it lives.
pub(super) struct Gauge<'m>(&'m AtomicI64);

impl<'m> Gauge<'m> {
    pub(super) fn up(gauge: &'m AtomicI64) -> Self {
        gauge.fetch_add(1, Ordering::Relaxed);
        Gauge(gauge)
    }
}

impl Drop for Gauge<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(super) async fn health(axum::extract::State(state): axum::extract::State<State>) -> impl IntoResponse {
    let body = serde_json::json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "entities": state.names.len(),
        "writable": state.options.token.is_some(),
    });
    ([(header::CONTENT_TYPE, "application/json")], format!("{body}\n"))
}

pub(super) async fn text(
    axum::extract::State(state): axum::extract::State<State>,
) -> Result<impl IntoResponse, Refused> {
    let text = write(&state).map_err(Refused::internal)?;
    Ok((
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    ))
}

fn write(state: &State) -> Result<String, std::fmt::Error> {
    let metrics = &state.metrics;
    let mut out = String::new();
    let requests = metrics.requests.lock().unwrap_or_else(PoisonError::into_inner);
    out.push_str("# HELP jingwei_request_seconds Time from a request to the head of its answer.\n");
    out.push_str("# TYPE jingwei_request_seconds histogram\n");
    for ((route, status), requests) in requests.iter() {
        let labels = format!("route=\"{route}\",status=\"{status}\"");
        for (count, end) in requests.buckets.iter().zip(BUCKETS) {
            writeln!(out, "jingwei_request_seconds_bucket{{{labels},le=\"{end}\"}} {count}")?;
        }
        writeln!(
            out,
            "jingwei_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}",
            requests.count
        )?;
        writeln!(out, "jingwei_request_seconds_sum{{{labels}}} {}", requests.seconds)?;
        writeln!(out, "jingwei_request_seconds_count{{{labels}}} {}", requests.count)?;
    }
    drop(requests);
    out.push_str("# HELP jingwei_stopped_total Queries that were stopped or sent away, by reason.\n");
    out.push_str("# TYPE jingwei_stopped_total counter\n");
    for (reason, count) in metrics.stopped.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        writeln!(out, "jingwei_stopped_total{{reason=\"{reason}\"}} {count}")?;
    }
    for (name, help, value) in [
        (
            "jingwei_queries_running",
            "Queries that are being evaluated.",
            metrics.running.load(Ordering::Relaxed),
        ),
        (
            "jingwei_queries_waiting",
            "Queries that wait for a place.",
            metrics.waiting.load(Ordering::Relaxed),
        ),
        (
            "jingwei_entities",
            "Entities in the store when it was opened.",
            state.names.len() as i64,
        ),
        (
            "jingwei_uptime_seconds",
            "Since the start.",
            state.started.elapsed().as_secs() as i64,
        ),
    ] {
        writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}")?;
    }
    Ok(out)
}
