//! Web pages.
use super::encoding::Decoded;
use super::metadata::Metadata;
use super::Document;
use encoding_rs::Encoding;

pub(super) fn declared_encoding(_: &[u8]) -> Option<&'static Encoding> { None }
pub(super) fn parse(_: &Decoded<'_>, _: impl FnOnce(Metadata) -> Metadata) -> Option<Document> {
    None
}
