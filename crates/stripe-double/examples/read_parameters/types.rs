//! What the double needs to know of a type, each kind kept once.

use crate::declarations::{Declaration, Declarations, Type};
use serde_json::{Map, Value, json};

#[derive(Default)]
pub struct Types {
    pub kept: Vec<Value>,
}

/// Numbers with a fraction; every other number of these parameters is whole.
const FRACTIONS: &[&str] = &["percent_off", "percentage", "amount_percent", "application_fee_percent"];

impl Types {
    /// The place of a type; equal ones share one.
    pub fn put(&mut self, of: Value) -> usize {
        if let Some(at) = self.kept.iter().position(|kept| *kept == of) {
            return at;
        }
        self.kept.push(of);
        self.kept.len() - 1
    }

    /// A declaration, looked up from the inside out as the language does.
    pub fn named(
        &mut self,
        name: &str,
        scope: &[String],
        here: &Declarations,
        shared: &Declarations,
    ) -> Result<usize, String> {
        for depth in (0..=scope.len()).rev() {
            let mut full = scope[..depth].to_vec();
            full.push(name.to_owned());
            let full = full.join(".");
            if let Some(found) = here.by_name.get(&full).cloned() {
                let inner: Vec<String> = full.split('.').map(str::to_owned).collect();
                return self.declared(&found, &inner, here, shared);
            }
        }
        if let Some(found) = shared.by_name.get(name).cloned() {
            return self.declared(&found, &[name.to_owned()], shared, shared);
        }
        Err(format!("{name} is not declared"))
    }

    fn declared(
        &mut self,
        found: &Declaration,
        scope: &[String],
        here: &Declarations,
        shared: &Declarations,
    ) -> Result<usize, String> {
        match found {
            Declaration::Alias(of) => self.of(of, "", scope, here, shared),
            Declaration::Interface { extends, members } => {
                let mut fields = Map::new();
                let mut required = Vec::new();
                for base in extends {
                    let at = self.named(base, &[], here, shared)?;
                    if let Some(inherited) = self.kept[at]["object"].as_object() {
                        fields.extend(inherited.clone());
                    }
                    if let Some(names) = self.kept[at]["required"].as_array() {
                        required.extend(names.iter().cloned());
                    }
                }
                for member in members {
                    if member.name == "*" {
                        return Ok(self.put(json!("map")));
                    }
                    // What an enclosing object is called is where its own types are declared.
                    let outer = &scope[..scope.len() - 1];
                    let at = self
                        .of(&member.of, &member.name, scope, here, shared)
                        .or_else(|_| self.of(&member.of, &member.name, outer, here, shared))
                        .map_err(|error| format!("{}.{}: {error}", scope.join("."), member.name))?;
                    fields.insert(member.name.clone(), json!(at));
                    if !member.optional && !required.contains(&json!(member.name)) {
                        required.push(json!(member.name));
                    }
                }
                let mut of = json!({ "object": fields });
                if !required.is_empty() {
                    of["required"] = json!(required);
                }
                Ok(self.put(of))
            }
        }
    }

    fn of(
        &mut self,
        of: &Type,
        field: &str,
        scope: &[String],
        here: &Declarations,
        shared: &Declarations,
    ) -> Result<usize, String> {
        match of {
            Type::Text(text) => Ok(self.put(json!({ "enum": [text] }))),
            Type::Name(name, of) => match (name.as_str(), of.as_slice()) {
                ("string" | "OtherString", []) => Ok(self.put(json!("string"))),
                ("boolean" | "true" | "false", []) => Ok(self.put(json!("boolean"))),
                ("number", []) if FRACTIONS.contains(&field) => Ok(self.put(json!("decimal"))),
                ("number", []) => Ok(self.put(json!("integer"))),
                ("Decimal", []) => Ok(self.put(json!("decimal"))),
                ("Array", [of]) => {
                    let at = self.of(of, field, scope, here, shared)?;
                    Ok(self.put(json!({ "array": at })))
                }
                ("Emptyable", [of]) => {
                    let at = self.of(of, field, scope, here, shared)?;
                    Ok(self.put(json!({ "emptyable": at })))
                }
                (name, []) => self.named(name, scope, here, shared),
                (name, _) => Err(format!("{name} is applied to something")),
            },
            Type::Union(parts) => {
                let mut words = Vec::new();
                let mut others = Vec::new();
                for part in parts {
                    match part {
                        Type::Text(text) => words.push(text.clone()),
                        // An open enumeration: the package bears words it does not know, the interface does not.
                        Type::Name(name, _) if name == "OtherString" || name == "null" => {}
                        other => {
                            let at = self.of(other, field, scope, here, shared)?;
                            if !others.contains(&at) {
                                others.push(at);
                            }
                        }
                    }
                }
                if !words.is_empty() {
                    others.push(self.put(json!({ "enum": words })));
                }
                match others.as_slice() {
                    [one] => Ok(*one),
                    _ => Ok(self.put(json!({ "any": others }))),
                }
            }
        }
    }
}
