//! `items[0][price]=price_1&expand[]=customer`: parameters as they are posted, nested by brackets.

use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    Text(String),
    Node(BTreeMap<Key, Form>),
}

/// Places of an array sort as numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Place(usize),
    Name(String),
}

impl Form {
    /// The pairs of a query or a body. A name given twice is answered by its last value.
    pub fn read(encoded: &[u8]) -> Self {
        let mut root = Self::Node(BTreeMap::new());
        for (name, value) in form_urlencoded::parse(encoded) {
            root.put(&path(&name), value.into_owned());
        }
        root
    }

    fn put(&mut self, path: &[&str], value: String) {
        let Some((first, rest)) = path.split_first() else {
            *self = Self::Text(value);
            return;
        };
        if let Self::Text(_) = self {
            *self = Self::Node(BTreeMap::new());
        }
        if let Self::Node(fields) = self {
            let key = match first.parse::<usize>() {
                _ if first.is_empty() => Key::Place(next_place(fields, rest)),
                Ok(place) => Key::Place(place),
                Err(_) => Key::Name((*first).to_owned()),
            };
            fields.entry(key).or_insert_with(|| Self::Node(BTreeMap::new())).put(rest, value);
        }
    }
}

/// `a[][b]=1&a[][c]=2` fills one element as long as its names are new.
fn next_place(fields: &BTreeMap<Key, Form>, rest: &[&str]) -> usize {
    let last = fields.iter().rev().find_map(|(key, form)| match key {
        Key::Place(place) => Some((*place, form)),
        Key::Name(_) => None,
    });
    match (last, rest.first()) {
        (None, _) => 0,
        (Some((place, Form::Node(inner))), Some(name))
            if !inner.contains_key(&Key::Name((*name).to_owned())) =>
        {
            place
        }
        (Some((place, _)), _) => place + 1,
    }
}

fn path(name: &str) -> Vec<&str> {
    match name.split_once('[') {
        Some((first, rest)) if name.ends_with(']') && !first.is_empty() => {
            let mut parts = vec![first];
            parts.extend(rest[..rest.len() - 1].split("]["));
            parts
        }
        _ => vec![name],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_nest_and_empty_ones_count_up() {
        let form = Form::read(b"a=1&b[c]=x%20y&d[]=p&d[]=q&e[0][f]=2&e[10][f]=3&e[2][f]=4&g[][h]=5&g[][i]=6");
        let Form::Node(fields) = form else { panic!("no fields") };
        let field = |name: &str| fields[&Key::Name(name.to_owned())].clone();
        assert_eq!(field("a"), Form::Text("1".to_owned()));
        let Form::Node(d) = field("d") else { panic!("no list") };
        assert_eq!(d[&Key::Place(1)], Form::Text("q".to_owned()));
        let Form::Node(e) = field("e") else { panic!("no list") };
        assert_eq!(e.keys().collect::<Vec<_>>(), [&Key::Place(0), &Key::Place(2), &Key::Place(10)]);
        let Form::Node(g) = field("g") else { panic!("no list") };
        assert_eq!(g.len(), 1);
    }
}
