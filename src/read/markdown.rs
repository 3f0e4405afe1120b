//! Markdown with front matter.
use super::encoding::Decoded;
use super::metadata::Metadata;
use super::Document;

pub(super) fn parse(_: &Decoded<'_>, _: impl FnOnce(Metadata) -> Metadata) -> Result<Option<Document>, String> {
    Ok(None)
}
