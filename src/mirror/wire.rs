//! Requests to the other store, repeated while there is hope.

use super::{MirrorError, Target};
use serde::Deserialize;
use std::time::{Duration, Instant};
use ureq::http::StatusCode;
use ureq::tls::{RootCerts, TlsConfig};

/// The first pause before a request is repeated; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(250);
/// The longest pause, unless the other store asks for another.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// So many internal errors (500) mean that it is the request that the store can't cope with.
const FAILURES: u32 = 4;
/// For one request, its answer included. Stores take their time with large ones.
const REQUEST: Duration = Duration::from_secs(600);
const CONNECT: Duration = Duration::from_secs(20);
/// Bytes of an answer that are read.
const ANSWER: u64 = 1 << 20;
/// Characters of an answer that are shown.
const SHOWN: usize = 400;

pub(super) struct Wire {
    agent: ureq::Agent,
    update: String,
    query: String,
    authorization: Option<String>,
    patience: Duration,
    pub(super) requests: u64,
    pub(super) repeated: u64,
    pub(super) bytes: u64,
}

/// What became of an update.
pub(super) enum Answer {
    Taken,
    /// This one can't be taken, others may.
    Refused(String),
}

#[derive(Deserialize)]
struct Asked {
    boolean: Option<bool>,
    results: Option<Results>,
}

#[derive(Deserialize)]
struct Results {
    bindings: Vec<std::collections::BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
struct Value {
    value: String,
}

impl Wire {
    pub(super) fn new(target: &Target) -> Wire {
        // Those whom the system trusts, and nobody else.
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = ureq::Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(REQUEST))
            .timeout_connect(Some(CONNECT))
            // Credentials and data go where the user said.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("jingwei/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Wire {
            agent,
            update: target.update.to_string(),
            query: target.query.to_string(),
            authorization: target.credentials.as_ref().map(|credentials| credentials.header()),
            patience: target.patience,
            requests: 0,
            repeated: 0,
            bytes: 0,
        }
    }

    /// Sends an update. It must be one that may be carried out twice: where the answer is lost nobody knows whether it was.
    ///
    /// # Errors
    /// [`MirrorError::Away`] where nobody answers for long enough, [`MirrorError::Unwilling`] where no update will be taken.
    pub(super) fn update(&mut self, text: &str) -> Result<Answer, MirrorError> {
        let url = self.update.clone();
        let (status, answer) = self.send(&url, "application/sparql-update", "*/*", text)?;
        match status.as_u16() {
            200..300 => Ok(Answer::Taken),
            400 | 413 | 414 | 422 | 500.. => Ok(Answer::Refused(shown(status, &answer))),
            _ => Err(self.unwilling(&url, status, &answer)),
        }
    }

    /// Whether a pattern is there.
    ///
    /// # Errors
    /// As [`Wire::update`].
    pub(super) fn ask(&mut self, query: &str) -> Result<bool, MirrorError> {
        self.asked(query)?.boolean.ok_or_else(|| self.no_answer())
    }

    /// The values of a variable.
    ///
    /// # Errors
    /// As [`Wire::update`].
    pub(super) fn select(&mut self, variable: &str, query: &str) -> Result<Vec<String>, MirrorError> {
        let results = self.asked(query)?.results.ok_or_else(|| self.no_answer())?;
        Ok(results
            .bindings
            .into_iter()
            .filter_map(|mut row| row.remove(variable))
            .map(|value| value.value)
            .collect())
    }

    fn asked(&mut self, query: &str) -> Result<Asked, MirrorError> {
        let url = self.query.clone();
        // As a form: Virtuoso 7.2 never answers a query that is sent as it is.
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("query", query)
            .finish();
        let accept = "application/sparql-results+json";
        let (status, answer) = self.send(&url, "application/x-www-form-urlencoded", accept, &form)?;
        if !status.is_success() {
            return Err(self.unwilling(&url, status, &answer));
        }
        serde_json::from_str(&answer).map_err(|_| self.no_answer())
    }

    fn no_answer(&self) -> MirrorError {
        MirrorError::Unwilling {
            url: self.query.clone(),
            answer: "it answers queries with something else than application/sparql-results+json".to_owned(),
        }
    }

    fn unwilling(&self, url: &str, status: StatusCode, answer: &str) -> MirrorError {
        MirrorError::Unwilling {
            url: url.to_owned(),
            answer: shown(status, answer),
        }
    }

    fn send(&mut self, url: &str, kind: &str, accept: &str, body: &str) -> Result<(StatusCode, String), MirrorError> {
        let started = Instant::now();
        let mut pause = PAUSE;
        let mut failures = 0;
        loop {
            let mut request = self
                .agent
                .post(url)
                .header("Content-Type", kind)
                .header("Accept", accept);
            if let Some(authorization) = &self.authorization {
                request = request.header("Authorization", authorization);
            }
            self.requests += 1;
            self.bytes += body.len() as u64;
            let answered = request.send(body).and_then(|mut response| {
                let status = response.status();
                let asked = response
                    .headers()
                    .get("Retry-After")
                    .and_then(|value| value.to_str().ok())
                    .and_then(wait);
                let text = response
                    .body_mut()
                    .with_config()
                    .limit(ANSWER)
                    .lossy_utf8(true)
                    .read_to_string()?;
                Ok((status, text, asked))
            });
            let (why, wanted) = match answered {
                Ok((status, text, asked)) if is_passing(status) => {
                    failures += u32::from(status == StatusCode::INTERNAL_SERVER_ERROR);
                    if failures == FAILURES {
                        return Ok((status, text));
                    }
                    (shown(status, &text), asked)
                }
                Ok((status, text, _)) => return Ok((status, text)),
                // Whom to trust doesn't change by asking again, nor does an address.
                Err(ureq::Error::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
                    return Err(self.fails(url, error));
                }
                Err(
                    error @ (ureq::Error::BadUri(_)
                    | ureq::Error::Http(_)
                    | ureq::Error::Tls(_)
                    | ureq::Error::Rustls(_)
                    | ureq::Error::BodyExceedsLimit(_)),
                ) => return Err(self.fails(url, error)),
                Err(error) => (error.to_string(), None),
            };
            let left = self.patience.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(MirrorError::Away {
                    url: url.to_owned(),
                    why,
                    patience: self.patience,
                });
            }
            let rest = wanted.unwrap_or(pause).min(left);
            tracing::info!(url, why, seconds = rest.as_secs_f32(), "the request is repeated");
            std::thread::sleep(rest);
            pause = (pause * 2).min(LONGEST_PAUSE);
            self.repeated += 1;
        }
    }

    fn fails(&self, url: &str, error: impl std::fmt::Display) -> MirrorError {
        MirrorError::Unwilling {
            url: url.to_owned(),
            answer: error.to_string(),
        }
    }
}

/// Whether a status tells of a state that may pass.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// How long `Retry-After` asks to wait: seconds, or the time until when.
fn wait(header: &str) -> Option<Duration> {
    if let Ok(seconds) = header.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(header.trim()).ok()?.timestamp();
    let seconds = until.as_second() - jiff::Timestamp::now().as_second();
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// A status and the beginning of what was said with it, on one line.
fn shown(status: StatusCode, answer: &str) -> String {
    let words: Vec<&str> = answer.split_whitespace().collect();
    let text = words.join(" ");
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        shown.push('…');
    }
    format!("{status}: {shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_time() {
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("Fri, 31 Dec 1999 23:59:59 GMT"), Some(Duration::ZERO));
        assert!(wait("Fri, 31 Dec 2100 23:59:59 GMT").is_some_and(|rest| rest > Duration::from_secs(3600)));
        assert_eq!(wait("soon"), None);
    }
}
