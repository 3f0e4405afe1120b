//! What was refused, kept so that it can be given again.

use super::Refusal;
use super::walk::{Content, RawDocument};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

/// A refusal with what it takes to try again ([`super::Sources::again`]): a file is read again from where it is; a line
/// is kept here as it stands, since the stream that it came on may be gone. Written as one JSON object a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    #[serde(flatten)]
    pub refusal: Refusal,
    /// Id of a file that says none itself: its path below the folder that was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The line, if it is UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    /// The line in Base64, if it is not.
    #[serde(rename = "inputBase64", default, skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
    /// Byte of the file at which the line begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    /// In what encoding the file seems to be, if not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
}

impl From<Refusal> for Refused {
    /// Of something that was not even read as far as to have a line of it: the whole file is to be read again.
    fn from(refusal: Refusal) -> Refused {
        Refused {
            refusal,
            id: None,
            input: None,
            bytes: None,
            offset: None,
            encoding: None,
        }
    }
}

impl Refused {
    /// `refusal` of `document`.
    pub(super) fn new(document: &RawDocument, refusal: Refusal) -> Refused {
        let mut refused = Refused::from(refusal);
        match &document.content {
            Content::File { id, .. } | Content::Bytes { id, .. } => refused.id = Some(id.clone()),
            Content::Line {
                bytes, offset, likely, ..
            } => {
                match std::str::from_utf8(bytes) {
                    Ok(text) => refused.input = Some(text.to_owned()),
                    Err(_) => refused.bytes = Some(STANDARD.encode(bytes)),
                }
                refused.offset = Some(*offset);
                refused.encoding = likely.map(|encoding| encoding.name().to_owned());
            }
        }
        refused
    }

    /// The id of the file, unless it says one itself.
    pub(super) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The line that is kept; `None` if a file is to be read again. The error says what is wrong with what was kept.
    pub(super) fn line(&self) -> Result<Option<Content>, String> {
        let bytes = match (&self.input, &self.bytes) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(bytes)) => STANDARD
                .decode(bytes)
                .map_err(|error| format!("`inputBase64` is not Base64: {error}"))?,
            (None, None) => return Ok(None),
        };
        Ok(Some(Content::Line {
            bytes,
            line: self.refusal.line.unwrap_or(1),
            offset: self.offset.unwrap_or(0),
            likely: self
                .encoding
                .as_ref()
                .and_then(|label| Encoding::for_label(label.as_bytes())),
        }))
    }
}
