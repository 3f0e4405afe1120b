//! Where does a word stand in a text?

use memchr::memmem;

/// The bytes at which `word` begins in `text`, one behind the other without overlap, as `str::match_indices` has them.
///
/// That prepares a searcher for every word, which takes longer than to search a clause, and searches longer texts byte by
/// byte.
pub(crate) fn occurrences<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let find = |text: &[u8]| memmem::find(text, word.as_bytes()).filter(|_| !word.is_empty());
    // Most words stand nowhere; a searcher is prepared for those that may stand in many places.
    find(text.as_bytes()).into_iter().flat_map(move |first| {
        let after = first + word.len();
        let more = memmem::find_iter(&text.as_bytes()[after..], word.as_bytes());
        std::iter::once(first).chain(more.map(move |at| after + at))
    })
}

#[cfg(test)]
mod tests {
    use super::occurrences;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_those_of_the_standard_library(text in "[升跌a ]{0,200}", word in "[升跌a ]{1,4}") {
            let found: Vec<usize> = occurrences(&text, &word).collect();
            let wanted: Vec<usize> = text.match_indices(word.as_str()).map(|(at, _)| at).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
