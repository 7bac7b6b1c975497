//! What the interface says when it refuses, in the shape and the words of
//! <https://docs.stripe.com/api/errors> and <https://docs.stripe.com/error-codes>.

use serde_json::{Map, Value, json};

#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    pub status: u16,
    pub kind: ErrorKind,
    pub code: Option<&'static str>,
    pub decline_code: Option<String>,
    pub param: Option<String>,
    pub message: String,
    /// `charge`, `payment_intent`, `payment_method`, `setup_intent` where the refusal is about one.
    pub about: Option<Box<Map<String, Value>>>,
    /// Whether the endpoint had begun its work: only then is the answer kept for the idempotency key.
    pub executed: bool,
    /// What a `Stripe-Should-Retry` or `Retry-After` would say; seconds.
    pub retry_after: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    Api,
    Card,
    Idempotency,
    InvalidRequest,
}

impl ErrorKind {
    fn name(self) -> &'static str {
        match self {
            Self::Api => "api_error",
            Self::Card => "card_error",
            Self::Idempotency => "idempotency_error",
            Self::InvalidRequest => "invalid_request_error",
        }
    }
}

impl ApiError {
    pub fn new(status: u16, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            code: None,
            decline_code: None,
            param: None,
            message: message.into(),
            about: None,
            executed: false,
            retry_after: None,
        }
    }

    /// The state of things forbids it: found out while working.
    pub fn refused(message: impl Into<String>) -> Self {
        Self { executed: true, ..Self::new(400, ErrorKind::InvalidRequest, message) }
    }

    /// The request itself is wrong: found out before working.
    pub fn invalid(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(400, ErrorKind::InvalidRequest, message).param(param)
    }

    pub fn missing_parameter(param: &str) -> Self {
        Self::invalid(param, format!("Missing required param: {param}.")).code("parameter_missing")
    }

    /// An id in the path that stands for nothing.
    pub fn no_such(what: &str, id: &str) -> Self {
        let mut error = Self::no_such_in("id", what, id);
        error.status = 404;
        error
    }

    /// An id in a parameter that stands for nothing.
    pub fn no_such_in(param: &str, what: &str, id: &str) -> Self {
        Self { executed: true, ..Self::invalid(param, format!("No such {what}: '{id}'")) }
            .code("resource_missing")
    }

    pub fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    pub fn param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    pub fn about(mut self, name: &str, what: Value) -> Self {
        self.about.get_or_insert_default().insert(name.to_owned(), what);
        self
    }

    pub fn body(&self, request_id: &str, livemode: bool) -> Value {
        let mut error = self.about.as_deref().cloned().unwrap_or_default();
        let mode = if livemode { "" } else { "test/" };
        error.insert("type".into(), json!(self.kind.name()));
        error.insert("message".into(), json!(self.message));
        error.insert(
            "request_log_url".into(),
            json!(format!("https://dashboard.stripe.com/{mode}logs/{request_id}?t=0")),
        );
        if let Some(code) = self.code {
            error.insert("code".into(), json!(code));
            let page = code.replace('_', "-");
            error.insert("doc_url".into(), json!(format!("https://stripe.com/docs/error-codes/{page}")));
        }
        if let Some(decline) = &self.decline_code {
            error.insert("decline_code".into(), json!(decline));
        }
        if let Some(param) = &self.param {
            error.insert("param".into(), json!(param));
        }
        json!({ "error": error })
    }
}
