//! Which store, and in whose name.

use super::MirrorError;
use base64::Engine;
use oxigraph::model::NamedNode;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;
use ureq::http::Uri;

/// Another store, reached by the SPARQL 1.1 Protocol.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where updates go.
    pub update: Uri,
    /// Where queries go.
    pub query: Uri,
    /// The graph that takes the knowledge; `None` for the other store's default graph.
    pub knowledge: Option<NamedNode>,
    /// Who we are.
    pub credentials: Option<Credentials>,
    /// How long a request is repeated while nobody answers it.
    pub patience: Duration,
    /// Whether what stands there under the base, and isn't what was left there, is replaced.
    pub replace: bool,
}

impl Target {
    /// The store that takes updates at an address. Queries go to `query`, or where that is not given to the address that
    /// goes with it in usual stores: `…/query` with `…/update`, `…` with `…/statements`, otherwise the same.
    ///
    /// # Errors
    /// [`MirrorError::Address`]
    pub fn new(update: &str, query: Option<&str>) -> Result<Target, MirrorError> {
        let update = address(update)?;
        let query = match query {
            Some(query) => address(query)?,
            None => {
                let text = update.to_string();
                match (text.strip_suffix("/update"), text.strip_suffix("/statements")) {
                    (Some(rest), _) => address(&format!("{rest}/query"))?,
                    (_, Some(rest)) => address(rest)?,
                    _ => update.clone(),
                }
            }
        };
        Ok(Target {
            update,
            query,
            knowledge: None,
            credentials: None,
            patience: Duration::from_secs(60),
            replace: false,
        })
    }

    /// Whether somebody on the way could read what is sent.
    pub fn is_readable_on_the_way(&self) -> bool {
        [&self.update, &self.query].into_iter().any(|address| {
            let host = address.host().unwrap_or("").trim_matches(['[', ']']);
            let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
            address.scheme_str() != Some("https") && !is_here
        })
    }
}

fn address(text: &str) -> Result<Uri, MirrorError> {
    let refuse = |reason: &str| MirrorError::Address {
        // Without what may be a password.
        text: text.rsplit('@').next().unwrap_or_default().to_owned(),
        reason: reason.to_owned(),
    };
    let uri: Uri = text
        .parse()
        .map_err(|error: ureq::http::uri::InvalidUri| refuse(&error.to_string()))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(refuse("it begins with neither http:// nor https://"));
    }
    if uri
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'))
    {
        return Err(refuse(
            "names and passwords don't belong in an address, where others see them",
        ));
    }
    Ok(uri)
}

/// A name with its password, or a token.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// For HTTP's Basic scheme.
    Basic(String),
    /// For its Bearer scheme.
    Bearer(String),
}

impl Credentials {
    /// Reads `NAME:PASSWORD` or `Bearer TOKEN`; `None` where it is neither.
    pub fn parse(text: &str) -> Option<Credentials> {
        let text = text.trim();
        if text.is_empty() || text.contains(char::is_control) {
            return None;
        }
        match text.strip_prefix("Bearer ") {
            Some(token) if token.bytes().all(|b| b.is_ascii_graphic()) => Some(Credentials::Bearer(token.to_owned())),
            Some(_) => None,
            None => text.contains(':').then(|| Credentials::Basic(text.to_owned())),
        }
    }

    pub(super) fn header(&self) -> String {
        match self {
            Credentials::Basic(both) => {
                format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(both))
            }
            Credentials::Bearer(token) => format!("Bearer {token}"),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_go_where_they_usually_do() {
        for (update, query) in [
            ("http://127.0.0.1:3030/news/update", "http://127.0.0.1:3030/news/query"),
            (
                "https://example.org/repositories/news/statements",
                "https://example.org/repositories/news",
            ),
            ("http://localhost:8890/sparql", "http://localhost:8890/sparql"),
        ] {
            assert_eq!(Target::new(update, None).expect("an address").query.to_string(), query);
        }
    }

    #[test]
    fn only_plain_http_to_elsewhere_is_readable_on_the_way() {
        for (url, readable) in [
            ("http://127.0.0.1:3030/update", false),
            ("http://[::1]:3030/update", false),
            ("http://localhost/update", false),
            ("https://example.org/update", false),
            ("http://example.org/update", true),
            ("http://127.0.0.1.example.org/update", true),
        ] {
            let target = Target::new(url, None).expect("an address");
            assert_eq!(target.is_readable_on_the_way(), readable, "{url}");
        }
    }

    #[test]
    fn a_password_is_no_part_of_an_address_nor_of_a_message() {
        let error = Target::new("https://me:secret@example.org/update", None).expect_err("a password");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert!(Target::new("ftp://example.org/", None).is_err());
        let credentials = Credentials::parse("me:secret\n").expect("both");
        assert!(!format!("{credentials:?}").contains("secret"));
        assert_eq!(credentials.header(), "Basic bWU6c2VjcmV0");
    }
}
