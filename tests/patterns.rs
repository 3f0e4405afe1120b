//! Every example of the pattern files must give its claims, every counter-example must not match.

use jingwei::eval::examples;
use jingwei::extract::Extractor;

#[test]
fn examples_give_their_claims_and_counterexamples_do_not() {
    let extractor = Extractor::builtin().unwrap_or_else(|e| panic!("{e}"));
    let (checked, errors) = examples::check(&extractor);
    assert!(checked > 100, "only {checked} examples were found");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(
        errors.is_empty(),
        "{} of {checked} examples fail:\n{}",
        errors.len(),
        errors.join("\n")
    );
}
