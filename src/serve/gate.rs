//! What every request passes: the host it was sent to, headers of safety, the log. And who may write.

use super::refuse::Refused;
use super::{Options, ServeError, State, route_of};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::time::Instant;
use subtle::ConstantTimeEq;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// What the explorer may do: load its own files and ask its own server. Styles are set by its script, not by markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn pass(
    axum::extract::State(state): axum::extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let route = route_of(&request);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = match allowed_host(request.headers(), request.uri().host(), &state.options) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    let status = response.status().as_u16();
    let took = started.elapsed();
    state.metrics.request(route, status, took);
    tracing::info!(%method, %path, status, ms = took.as_millis() as u64, "request");
    response
}

/// A page from elsewhere may have its name pointed at this machine and then read as if it were of one origin with it.
/// Its requests still carry its name.
fn allowed_host(headers: &HeaderMap, in_uri: Option<&str>, options: &Options) -> Result<(), Refused> {
    let host = match headers.get(header::HOST) {
        Some(host) => host.to_str().unwrap_or("?"),
        None => in_uri.ok_or_else(|| Refused::bad("the request names no Host"))?,
    };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let known = name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok()
        || options.hosts.iter().any(|host| host.eq_ignore_ascii_case(name));
    if known {
        Ok(())
    } else {
        Err(Refused::new(
            StatusCode::MISDIRECTED_REQUEST,
            "host",
            "this server doesn't go by that name; `--host NAME` gives it one",
        ))
    }
}

/// Which pages of other origins may read answers.
pub(super) fn cors(origins: &[String]) -> Result<CorsLayer, ServeError> {
    let origin = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        let listed: Result<Vec<HeaderValue>, _> = origins
            .iter()
            .map(|origin| {
                let looks_right = origin.starts_with("http://") || origin.starts_with("https://");
                HeaderValue::from_str(origin)
                    .ok()
                    .filter(|_| looks_right && !origin.ends_with('/'))
                    .ok_or_else(|| ServeError::Origin(origin.clone()))
            })
            .collect();
        AllowOrigin::list(listed?)
    };
    Ok(CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers([header::ACCEPT, header::CONTENT_TYPE, header::AUTHORIZATION]))
}

/// Whether the request may write.
pub(super) fn may_write(headers: &HeaderMap, options: &Options) -> Result<(), Refused> {
    let Some(token) = &options.token else {
        return Err(Refused::forbidden(
            "this server is read-only; `jingwei serve --writable --token-file FILE` makes one that isn't",
        ));
    };
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    // Digests are of one length, so that the comparison tells nothing of the token's.
    let is_right = given.is_some_and(|given| Sha256::digest(given).ct_eq(&Sha256::digest(token)).into());
    if is_right {
        Ok(())
    } else {
        Err(Refused::new(
            StatusCode::UNAUTHORIZED,
            "token",
            "writing takes the header `Authorization: Bearer TOKEN` with the token of --token-file",
        )
        .with(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"jingwei\""),
        ))
    }
}
