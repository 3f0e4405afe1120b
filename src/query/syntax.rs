use std::fmt;
use unicode_width::UnicodeWidthStr;

/// Where and why a text is no SPARQL query. Shown as the line with a mark under the place:
///
/// ```text
/// line 2, column 9: expected "." or "}"
///   ?a jw:x y .
///           ^
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// From 1; 0 where the place isn't known.
    pub line: usize,
    /// Code points from 1; 0 where the place isn't known.
    pub column: usize,
    /// The line itself.
    pub text: String,
    /// What is wrong there.
    pub reason: String,
}

impl SyntaxError {
    /// Reads the parser's message, `error at LINE:COLUMN: expected …`. `prefixes` are those that need no declaration.
    pub(super) fn new(sparql: &str, message: &str, prefixes: &[(String, String)]) -> Self {
        let tokens = tokens(sparql);
        if let Some(update) = tokens.iter().find(|token| !is_prologue(token.text)) {
            let keyword = update.text.to_ascii_uppercase();
            if UPDATES.contains(&keyword.as_str()) {
                return SyntaxError::at(
                    sparql,
                    update.at,
                    format!(
                        "{keyword} would change the graph, and this only asks; documents go in by `jingwei ingest` and out by `jingwei remove`"
                    ),
                );
            }
        }
        SyntaxError::read(sparql, message, &tokens, prefixes)
    }

    /// The same for an update.
    #[cfg(feature = "serve")]
    pub(crate) fn of_update(sparql: &str, message: &str, prefixes: &[(String, String)]) -> Self {
        SyntaxError::read(sparql, message, &tokens(sparql), prefixes)
    }

    fn read(sparql: &str, message: &str, tokens: &[Token<'_>], prefixes: &[(String, String)]) -> Self {
        if let Some((at, prefix)) = undeclared(tokens, prefixes) {
            let reason = format!("the prefix `{prefix}:` isn't declared; begin the query with `PREFIX {prefix}: <…>`");
            return SyntaxError::at(sparql, at, reason);
        }
        let parsed = message.strip_prefix("error at ").and_then(|rest| {
            let (line, rest) = rest.split_once(':')?;
            let (column, reason) = rest.split_once(':')?;
            Some((line.parse().ok()?, column.parse().ok()?, reason.trim()))
        });
        let Some((line, column, expected)) = parsed else {
            return SyntaxError {
                line: 0,
                column: 0,
                text: String::new(),
                reason: message.to_owned(),
            };
        };
        let text = line_of(sparql, line);
        let rest_is_empty = text.chars().skip(column - 1).all(char::is_whitespace)
            && sparql.lines().skip(line).all(|line| line.trim().is_empty());
        let reason = if rest_is_empty {
            "the query ends here, but something is still missing (a closing brace?)".to_owned()
        } else {
            format!("not understood from here on{}", hint(expected))
        };
        SyntaxError {
            line,
            column,
            text,
            reason,
        }
    }

    /// Refuses brackets more than so many deep, and as many signs before one value. Brackets in strings count as well:
    /// this is about what could break the parser, not about what it would make of it.
    pub(crate) fn refuse_depth(sparql: &str, most: usize) -> Result<(), Self> {
        let (mut depth, mut signs) = (0_usize, 0_usize);
        for (at, c) in sparql.char_indices() {
            match c {
                '(' | '{' | '[' => depth += 1,
                ')' | '}' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            match c {
                '!' | '-' | '+' | '^' => signs += 1,
                c if c.is_whitespace() => {}
                _ => signs = 0,
            }
            if depth > most || signs > most {
                let reason = format!("more than {most} brackets or signs within each other");
                return Err(SyntaxError::at(sparql, at, reason));
            }
        }
        Ok(())
    }

    /// About all of a query.
    pub(super) fn whole(sparql: &str, reason: String) -> Self {
        SyntaxError::at(sparql, 0, reason)
    }

    fn at(sparql: &str, byte: usize, reason: String) -> Self {
        let before = &sparql[..byte];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        SyntaxError {
            line,
            column,
            text: line_of(sparql, line),
            reason,
        }
    }
}

/// Keywords that begin an update.
const UPDATES: &[&str] = &[
    "INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH",
];

fn line_of(sparql: &str, line: usize) -> String {
    line.checked_sub(1)
        .and_then(|at| sparql.lines().nth(at))
        .unwrap_or_default()
        .to_owned()
}

/// Words and signs that the parser would have taken, without its character classes; nothing where it has too many
/// to be of help.
fn hint(expected: &str) -> String {
    let list = expected.trim_start_matches("expected ").trim_start_matches("one of ");
    let words: Vec<&str> = list
        .split(", ")
        .filter(|word| !word.starts_with('[') && word.len() < 20)
        .collect();
    if list.contains('[') || words.is_empty() || words.len() > 6 {
        String::new()
    } else {
        format!("; possible would be {}", words.join(", "))
    }
}

struct Token<'q> {
    at: usize,
    text: &'q str,
}

fn is_prologue(text: &str) -> bool {
    text.eq_ignore_ascii_case("PREFIX")
        || text.eq_ignore_ascii_case("BASE")
        || text.ends_with(':')
        || text.starts_with('<')
}

/// Words, prefixed names and IRIs of a query, without strings, comments and signs. Coarse, and only asked for a query
/// that is wrong anyway.
fn tokens(sparql: &str) -> Vec<Token<'_>> {
    let in_word = |c: char| c.is_alphanumeric() || "_-:.%".contains(c);
    let mut tokens = Vec::new();
    let mut rest = sparql.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '#' => while rest.next_if(|(_, c)| *c != '\n').is_some() {},
            '"' | '\'' => {
                while let Some((_, next)) = rest.next() {
                    if next == '\\' {
                        rest.next();
                    } else if next == c || next == '\n' {
                        break;
                    }
                }
                // A language tag is no word of its own.
                if rest.next_if(|(_, c)| *c == '@').is_some() {
                    while rest.next_if(|(_, c)| in_word(*c)).is_some() {}
                }
            }
            '<' => {
                let end = sparql[at..]
                    .find(|c: char| c == '>' || c.is_whitespace())
                    .map_or(sparql.len(), |length| at + length);
                if sparql[end..].starts_with('>') {
                    while rest.next_if(|(next, _)| *next <= end).is_some() {}
                    tokens.push(Token {
                        at,
                        text: &sparql[at..=end],
                    });
                }
            }
            '?' | '$' => while rest.next_if(|(_, c)| in_word(*c) && *c != '.').is_some() {},
            c if in_word(c) && c != '.' => {
                let mut end = at + c.len_utf8();
                while let Some((next, c)) = rest.next_if(|(_, c)| in_word(*c)) {
                    end = next + c.len_utf8();
                }
                tokens.push(Token {
                    at,
                    text: &sparql[at..end],
                });
            }
            _ => {}
        }
    }
    tokens
}

/// The first prefixed name whose prefix neither the query nor `prefixes` declare.
fn undeclared<'q>(tokens: &[Token<'q>], prefixes: &[(String, String)]) -> Option<(usize, &'q str)> {
    let mut declared: Vec<&str> = prefixes.iter().map(|(prefix, _)| prefix.as_str()).collect();
    let mut declares = false;
    for token in tokens {
        if let Some((prefix, _)) = token.text.split_once(':') {
            if declares {
                declared.push(prefix);
            } else if prefix != "_" && !declared.contains(&prefix) {
                return Some((token.at, prefix));
            }
        }
        declares = token.text.eq_ignore_ascii_case("PREFIX");
    }
    None
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return write!(f, "this is no SPARQL query: {}", self.reason);
        }
        writeln!(f, "line {}, column {}: {}", self.line, self.column, self.reason)?;
        let text = self.text.replace('\t', " ");
        let before: String = text.chars().take(self.column.saturating_sub(1)).collect();
        writeln!(f, "  {text}")?;
        write!(f, "  {}^", " ".repeat(before.width()))
    }
}

impl std::error::Error for SyntaxError {}
