//! Interfaces, type aliases and namespaces of a TypeScript declaration file: as much of the language as the package uses.

use std::collections::HashMap;

#[derive(Debug, Clone)]
pub enum Type {
    Text(String),
    /// A name, perhaps with dots, and what it is applied to.
    Name(String, Vec<Type>),
    Union(Vec<Type>),
}

#[derive(Debug, Clone)]
pub struct Member {
    pub name: String,
    pub optional: bool,
    pub of: Type,
}

#[derive(Debug, Clone)]
pub enum Declaration {
    Interface { extends: Vec<String>, members: Vec<Member> },
    Alias(Type),
}

/// Declarations by their full name: `SubscriptionCreateParams.Item`.
pub struct Declarations {
    pub by_name: HashMap<String, Declaration>,
}

impl Declarations {
    pub fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader { words: words(text), at: 0, found: HashMap::new() };
        reader.block(&[])?;
        Ok(Self { by_name: reader.found })
    }
}

/// Names, quoted texts (with their quote) and single signs.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if first.is_whitespace() {
            rest = &rest[first.len_utf8()..];
        } else if first == '\'' || first == '"' {
            let end = rest[1..].find(first).map_or(rest.len(), |end| end + 2);
            words.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else {
            let part = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '.' || sign == '$';
            let end = rest.find(|sign| !part(sign)).unwrap_or(rest.len()).max(first.len_utf8());
            words.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
    }
    words
}

struct Reader {
    words: Vec<String>,
    at: usize,
    found: HashMap<String, Declaration>,
}

impl Reader {
    fn peek(&self) -> &str {
        self.words.get(self.at).map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        let word = self.peek().to_owned();
        self.at += 1;
        word
    }

    fn expect(&mut self, wanted: &str) -> Result<(), String> {
        let word = self.next();
        if word == wanted { Ok(()) } else { Err(format!("{word:?} where {wanted:?} should be")) }
    }

    fn block(&mut self, scope: &[String]) -> Result<(), String> {
        loop {
            match self.next().as_str() {
                "" | "}" => return Ok(()),
                "interface" => {
                    let name = self.next();
                    self.skip_generics();
                    let extends = self.extends();
                    let members = self.members()?;
                    self.found.insert(full(scope, &name), Declaration::Interface { extends, members });
                }
                "namespace" => {
                    let mut inner = scope.to_vec();
                    inner.extend(self.next().split('.').map(str::to_owned));
                    self.expect("{")?;
                    self.block(&inner)?;
                }
                "type" => {
                    let name = self.next();
                    self.skip_generics();
                    self.expect("=")?;
                    // Conditional types and their like are none of ours.
                    if let Ok(of) = self.any_type() {
                        self.found.insert(full(scope, &name), Declaration::Alias(of));
                    }
                    self.skip_past_end();
                }
                "class" => {
                    while !matches!(self.peek(), "{" | "") {
                        self.at += 1;
                    }
                    self.skip_braces();
                }
                "import" => self.skip_past_end(),
                // A list of names that are passed on.
                "{" => {
                    self.at -= 1;
                    self.skip_braces();
                }
                _ => {}
            }
        }
    }

    fn skip_generics(&mut self) {
        if self.peek() == "<" {
            while !matches!(self.next().as_str(), ">" | "") {}
        }
    }

    fn extends(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while !matches!(self.peek(), "{" | "") {
            let word = self.next();
            if word != "extends" && word != "," {
                names.push(word);
            }
        }
        names
    }

    fn skip_braces(&mut self) {
        let mut depth = 0;
        loop {
            match self.next().as_str() {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                "" => return,
                _ => {}
            }
        }
    }

    fn skip_past_end(&mut self) {
        while !matches!(self.peek(), ";" | "") {
            if self.peek() == "{" { self.skip_braces() } else { self.at += 1 }
        }
        self.at += 1;
    }

    fn members(&mut self) -> Result<Vec<Member>, String> {
        self.expect("{")?;
        let mut members = Vec::new();
        loop {
            match self.next().as_str() {
                "}" | "" => return Ok(members),
                "[" => {
                    self.skip_past_end();
                    members.push(Member {
                        name: "*".to_owned(),
                        optional: true,
                        of: Type::Name("string".to_owned(), Vec::new()),
                    });
                }
                name => {
                    let name = name.trim_matches(['\'', '"']).to_owned();
                    let optional = self.peek() == "?";
                    if optional {
                        self.at += 1;
                    }
                    if self.peek() != ":" {
                        self.skip_past_end();
                        continue;
                    }
                    self.at += 1;
                    if let Ok(of) = self.any_type() {
                        members.push(Member { name, optional, of });
                    }
                    self.skip_past_end();
                }
            }
        }
    }

    /// A type that can't be read is left in place, to be skipped whole.
    fn any_type(&mut self) -> Result<Type, String> {
        let start = self.at;
        let read = self.union();
        if read.is_err() {
            self.at = start;
        }
        read
    }

    fn union(&mut self) -> Result<Type, String> {
        let mut parts = vec![self.one_type()?];
        while self.peek() == "|" {
            self.at += 1;
            parts.push(self.one_type()?);
        }
        if parts.len() == 1 { Ok(parts.remove(0)) } else { Ok(Type::Union(parts)) }
    }

    fn one_type(&mut self) -> Result<Type, String> {
        let word = self.next();
        if word.starts_with(['\'', '"']) {
            return Ok(Type::Text(word.trim_matches(['\'', '"']).to_owned()));
        }
        if !word.starts_with(|sign: char| sign.is_alphanumeric() || sign == '_') {
            return Err(format!("{word:?} where a type should be"));
        }
        let mut of = Vec::new();
        if self.peek() == "<" {
            self.at += 1;
            loop {
                of.push(self.any_type()?);
                match self.next().as_str() {
                    ">" => break,
                    "," => {}
                    other => return Err(format!("{other:?} among the arguments of {word}")),
                }
            }
        }
        Ok(Type::Name(word, of))
    }
}

fn full(scope: &[String], name: &str) -> String {
    let mut full = scope.to_vec();
    full.push(name.to_owned());
    full.join(".")
}
