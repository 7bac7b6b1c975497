//! Requests held against Stripe's published parameter types (`parameters.json`, made by
//! `examples/read_parameters.rs` out of the npm package `stripe`).

use crate::error::ApiError;
use crate::form::{Form, Key};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

#[derive(Debug)]
enum Shape {
    Text,
    Integer,
    Decimal,
    Boolean,
    /// Metadata, or currencies: any names.
    Texts,
    Enum(Vec<String>),
    Array(usize),
    /// An empty text unsets it.
    Emptyable(usize),
    Any(Vec<usize>),
    Object {
        fields: HashMap<String, usize>,
        required: Vec<String>,
    },
}

pub struct Table {
    pub api_version: String,
    endpoints: HashMap<String, usize>,
    shapes: Vec<Shape>,
}

static TABLE: LazyLock<Table> = LazyLock::new(read);

/// The table, read once.
pub fn table() -> &'static Table {
    &TABLE
}

fn read() -> Table {
    let json: Value = serde_json::from_str(include_str!("../parameters.json")).unwrap_or_default();
    let places = |value: &Value| value.as_u64().map_or(0, |place| place as usize);
    let words = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let shapes = json["types"].as_array().into_iter().flatten().map(|of| match of.as_str() {
        Some("integer") => Shape::Integer,
        Some("decimal") => Shape::Decimal,
        Some("boolean") => Shape::Boolean,
        Some("map") => Shape::Texts,
        Some(_) => Shape::Text,
        None if of["enum"].is_array() => Shape::Enum(words(&of["enum"])),
        None if of["array"].is_u64() => Shape::Array(places(&of["array"])),
        None if of["emptyable"].is_u64() => Shape::Emptyable(places(&of["emptyable"])),
        None if of["any"].is_array() => {
            Shape::Any(of["any"].as_array().into_iter().flatten().map(places).collect())
        }
        None => Shape::Object {
            fields: of["object"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, at)| (name.clone(), places(at)))
                .collect(),
            required: words(&of["required"]),
        },
    });
    let endpoints = json["endpoints"].as_object().into_iter().flatten();
    Table {
        api_version: json["source"]["api_version"].as_str().unwrap_or_default().to_owned(),
        shapes: shapes.collect(),
        // What stands in the path has other names in the package than here.
        endpoints: endpoints.map(|(name, at)| (nameless(name), places(at))).collect(),
    }
}

fn nameless(endpoint: &str) -> String {
    let mut out = String::with_capacity(endpoint.len());
    let mut inside = false;
    for sign in endpoint.chars() {
        inside = match sign {
            '{' => {
                out.push('*');
                true
            }
            '}' => false,
            _ => inside,
        };
        if !inside && sign != '}' {
            out.push(sign);
        }
    }
    out
}

impl Table {
    /// What was posted, typed. `endpoint` is `POST /v1/customers/*`.
    pub fn check(&self, endpoint: &str, form: &Form) -> Result<Value, ApiError> {
        let Some(place) = self.endpoints.get(endpoint) else { return Ok(json!({})) };
        let mut unknown = Vec::new();
        let value = self.typed(*place, form, "", &mut unknown)?;
        match unknown.as_slice() {
            [] => Ok(value),
            [one] => Err(ApiError::invalid(one.clone(), format!("Received unknown parameter: {one}"))
                .code("parameter_unknown")),
            [first, ..] => Err(ApiError::invalid(
                first.clone(),
                format!("Received unknown parameters: {}", unknown.join(", ")),
            )
            .code("parameter_unknown")),
        }
    }

    fn typed(
        &self,
        place: usize,
        form: &Form,
        name: &str,
        unknown: &mut Vec<String>,
    ) -> Result<Value, ApiError> {
        let Some(shape) = self.shapes.get(place) else { return Ok(Value::Null) };
        match (shape, form) {
            (Shape::Emptyable(_), Form::Text(text)) if text.is_empty() => Ok(json!("")),
            (Shape::Emptyable(inner), form) => self.typed(*inner, form, name, unknown),
            (Shape::Any(shapes), form) => self.any(shapes, form, name, unknown),
            (Shape::Object { fields, required }, Form::Node(given)) => {
                self.object(fields, required, given, name, unknown)
            }
            (Shape::Array(of), Form::Node(given)) => {
                let mut values = Vec::with_capacity(given.len());
                for (key, form) in given {
                    let Key::Place(at) = key else {
                        return Err(ApiError::invalid(name, "Invalid array"));
                    };
                    values.push(self.typed(*of, form, &format!("{name}[{at}]"), unknown)?);
                }
                Ok(Value::Array(values))
            }
            (Shape::Texts, Form::Node(given)) => texts(given, name),
            (Shape::Object { .. } | Shape::Texts, Form::Text(_)) => {
                Err(ApiError::invalid(name, "Invalid object"))
            }
            (Shape::Array(_), Form::Text(_)) => Err(ApiError::invalid(name, "Invalid array")),
            (_, Form::Node(_)) => Err(ApiError::invalid(name, format!("Invalid string: {}", shown(form)))),
            (_, Form::Text(text)) if text.is_empty() => Err(empty(name)),
            (Shape::Integer, Form::Text(text)) => {
                let whole = text.strip_suffix(".0").unwrap_or(text);
                whole.parse::<i64>().map(Value::from).map_err(|_| {
                    ApiError::invalid(name, format!("Invalid integer: {text}"))
                        .code("parameter_invalid_integer")
                })
            }
            (Shape::Decimal, Form::Text(text)) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(match text.parse::<i64>() {
                    Ok(whole) => json!(whole),
                    Err(_) if name.ends_with("_decimal") || name.ends_with("_decimal]") => json!(text),
                    Err(_) => json!(number),
                }),
                _ => Err(ApiError::invalid(name, format!("Invalid decimal: {text}"))),
            },
            (Shape::Boolean, Form::Text(text)) => match text.as_str() {
                "true" => Ok(json!(true)),
                "false" => Ok(json!(false)),
                _ => Err(ApiError::invalid(name, format!("Invalid boolean: {text}"))),
            },
            (Shape::Enum(words), Form::Text(text)) if !words.contains(text) => Err(not_one_of(name, words)),
            (_, Form::Text(text)) => {
                if text.chars().count() > 5_000 {
                    let length = text.chars().count();
                    return Err(ApiError::invalid(
                        name,
                        format!("Invalid string: {}...; must be at most 5000 characters (got {length})", {
                            text.chars().take(10).collect::<String>()
                        }),
                    ));
                }
                Ok(json!(text))
            }
        }
    }

    fn any(
        &self,
        shapes: &[usize],
        form: &Form,
        name: &str,
        unknown: &mut Vec<String>,
    ) -> Result<Value, ApiError> {
        let mut first = None;
        for shape in shapes {
            let mut strange = Vec::new();
            match self.typed(*shape, form, name, &mut strange) {
                Ok(value) => {
                    unknown.extend(strange);
                    return Ok(value);
                }
                Err(error) => {
                    first.get_or_insert(error);
                }
            }
        }
        Err(first.unwrap_or_else(|| ApiError::invalid(name, "Invalid parameter")))
    }

    fn object(
        &self,
        fields: &HashMap<String, usize>,
        required: &[String],
        given: &BTreeMap<Key, Form>,
        name: &str,
        unknown: &mut Vec<String>,
    ) -> Result<Value, ApiError> {
        let full = |field: &str| if name.is_empty() { field.to_owned() } else { format!("{name}[{field}]") };
        let mut values = Map::new();
        for (key, form) in given {
            let field = match key {
                Key::Name(field) => field.clone(),
                Key::Place(place) => place.to_string(),
            };
            match fields.get(&field) {
                Some(shape) => {
                    let value = self.typed(*shape, form, &full(&field), unknown)?;
                    values.insert(field, value);
                }
                None => unknown.push(full(&field)),
            }
        }
        if unknown.is_empty()
            && let Some(missing) = required.iter().find(|field| !values.contains_key(*field))
        {
            return Err(ApiError::missing_parameter(&full(missing)));
        }
        Ok(Value::Object(values))
    }
}

fn empty(name: &str) -> ApiError {
    ApiError::invalid(
        name,
        format!(
            "You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; \
             however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty \
             value."
        ),
    )
    .code("parameter_invalid_empty")
}

fn not_one_of(name: &str, words: &[String]) -> ApiError {
    let short = name.rsplit(['[', ']']).find(|part| !part.is_empty()).unwrap_or(name);
    let words = match words {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} or {other}"),
        [many @ .., last] => format!("{}, or {last}", many.join(", ")),
    };
    ApiError::invalid(name, format!("Invalid {short}: must be one of {words}"))
}

/// Metadata: at most 50 keys of at most 40 characters without brackets, values of at most 500.
///
/// <https://docs.stripe.com/metadata>
fn texts(given: &BTreeMap<Key, Form>, name: &str) -> Result<Value, ApiError> {
    let mut values = Map::new();
    for (key, form) in given {
        let key = match key {
            Key::Name(key) => key.clone(),
            Key::Place(place) => place.to_string(),
        };
        let Form::Text(text) = form else {
            return Err(ApiError::invalid(
                format!("{name}[{key}]"),
                format!("Invalid metadata: {name}[{key}] must be a string"),
            ));
        };
        if key.contains(['[', ']']) {
            return Err(ApiError::invalid(name, "Metadata keys can't contain square brackets"));
        }
        let (keys, signs) = (key.chars().count(), text.chars().count());
        if keys > 40 {
            return Err(ApiError::invalid(
                name,
                format!(
                    "Metadata keys can have up to 40 characters, but you passed in one that is {keys} characters. \
                     Invalid key: {key}"
                ),
            ));
        }
        if signs > 500 {
            return Err(ApiError::invalid(
                format!("{name}[{key}]"),
                format!(
                    "Metadata values can have up to 500 characters, but you passed in a value that is {signs} \
                     characters. Invalid value: {text}"
                ),
            ));
        }
        values.insert(key, json!(text));
    }
    if values.len() > 50 {
        let count = values.len();
        return Err(ApiError::invalid(
            name,
            format!("You can have up to 50 metadata keys, but you passed in {count}"),
        ));
    }
    Ok(Value::Object(values))
}

fn shown(form: &Form) -> String {
    match form {
        Form::Text(text) => text.clone(),
        Form::Node(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, form)| match key {
                    Key::Name(name) => format!("{name:?}=>{:?}", shown(form)),
                    Key::Place(place) => format!("\"{place}\"=>{:?}", shown(form)),
                })
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}
