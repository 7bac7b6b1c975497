//! What went wrong, for the error output.

use protocol::ErrorReply;
use serde_json::Value;

/// A refusal or failure; `answer` is what can be said all the same, such as the doctor's findings.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub reply: Box<ErrorReply>,
    pub answer: Option<Value>,
}

impl Failure {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        let reply = ErrorReply { code: code.to_owned(), message: message.into(), details: Value::Null };
        Self { reply: Box::new(reply), answer: None }
    }

    pub fn reply_json(&self) -> Value {
        serde_json::to_value(&self.reply).unwrap_or_default()
    }
}

impl From<ErrorReply> for Failure {
    fn from(reply: ErrorReply) -> Self {
        Self { reply: Box::new(reply), answer: None }
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        desk::Refusal::Store(error).into()
    }
}

impl From<desk::Refusal> for Failure {
    fn from(refusal: desk::Refusal) -> Self {
        ErrorReply::from(refusal).into()
    }
}

impl From<vault::VaultError> for Failure {
    fn from(error: vault::VaultError) -> Self {
        Self::new("key", error.to_string())
    }
}

impl From<demo::DemoError> for Failure {
    fn from(error: demo::DemoError) -> Self {
        Self::new("demo", error.to_string())
    }
}
