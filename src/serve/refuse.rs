//! What is answered to a request that is refused: a status, and a reason as JSON.

use crate::query::{QueryError, Stop, SyntaxError};
use crate::store::StoreError;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::any::Any;

/// A refusal: `{"error": REASON, "kind": WORD}`, and for a mistake in a query `line` and `column`.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    /// For programs.
    pub(super) kind: &'static str,
    /// For people.
    pub(super) reason: String,
    place: Option<(usize, usize)>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, kind: &'static str, reason: impl Into<String>) -> Self {
        Refused {
            status,
            kind,
            reason: reason.into(),
            place: None,
            headers: Vec::new(),
        }
    }

    pub(super) fn bad(reason: impl Into<String>) -> Self {
        Refused::new(StatusCode::BAD_REQUEST, "request", reason)
    }

    pub(super) fn missing(reason: impl Into<String>) -> Self {
        Refused::new(StatusCode::NOT_FOUND, "missing", reason)
    }

    pub(super) fn forbidden(reason: impl Into<String>) -> Self {
        Refused::new(StatusCode::FORBIDDEN, "forbidden", reason)
    }

    pub(super) fn method(allowed: &'static str) -> Self {
        Refused::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method",
            format!("this address takes {allowed}"),
        )
        .with(header::ALLOW, HeaderValue::from_static(allowed))
    }

    pub(super) fn media(reason: impl Into<String>) -> Self {
        Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", reason)
    }

    pub(super) fn busy() -> Self {
        Refused::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too many queries are waiting already; try again in a moment",
        )
        .with(header::RETRY_AFTER, HeaderValue::from_static("2"))
    }

    /// Something failed that isn't the asker's fault. What it was is logged, not told.
    pub(super) fn internal(what: impl std::fmt::Display) -> Self {
        tracing::error!("{what}");
        Refused::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server failed; its log says why",
        )
    }

    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl From<SyntaxError> for Refused {
    fn from(error: SyntaxError) -> Self {
        let mut refused = Refused::new(StatusCode::BAD_REQUEST, "syntax", error.to_string());
        refused.place = (error.line > 0).then_some((error.line, error.column));
        refused
    }
}

impl From<QueryError> for Refused {
    fn from(error: QueryError) -> Self {
        let reason = error.to_string();
        match error {
            QueryError::Syntax(error) => error.into(),
            QueryError::Stopped(stop, _) => {
                let kind = match stop {
                    Stop::Time => "time",
                    Stop::Memory => "memory",
                    Stop::Cancelled => "cancelled",
                };
                Refused::new(StatusCode::SERVICE_UNAVAILABLE, kind, reason)
            }
            QueryError::Rows(_) => Refused::new(StatusCode::FORBIDDEN, "rows", reason),
            QueryError::Evaluation(oxigraph::sparql::QueryEvaluationError::Service(_)) => Refused::forbidden(reason),
            QueryError::Evaluation(oxigraph::sparql::QueryEvaluationError::Dataset(_)) | QueryError::Write(_) => {
                Refused::internal(reason)
            }
            #[cfg(feature = "search")]
            QueryError::Search(crate::search::SearchError::Long) => Refused::bad(reason),
            #[cfg(feature = "search")]
            QueryError::Search(_) => Refused::internal(reason),
            QueryError::Evaluation(_) | QueryError::Format { .. } | QueryError::NoSearch => Refused::bad(reason),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Refused::internal(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": self.reason, "kind": self.kind });
        if let Some((line, column)) = self.place {
            body["line"] = line.into();
            body["column"] = column.into();
        }
        let mut response = (
            self.status,
            [(header::CONTENT_TYPE, "application/json")],
            format!("{body}\n"),
        )
            .into_response();
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// The answer where a handler broke down.
pub(super) fn broken(_: Box<dyn Any + Send + 'static>) -> axum::http::Response<Body> {
    Refused::internal("a request broke off; please report the lines above").into_response()
}
