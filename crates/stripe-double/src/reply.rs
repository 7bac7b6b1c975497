//! A request and what a client sees of it, whatever carries them.

/// One request to `/v1/...`, as the wire would bring it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// `GET`, `POST`, `DELETE`.
    pub method: &'a str,
    /// From `/v1/` on, with the query.
    pub path: &'a str,
    /// The API key; none is a request without authorization.
    pub key: Option<&'a str>,
    pub idempotency_key: Option<&'a str>,
    /// `Stripe-Version`; the account's own where it is not given.
    pub version: Option<&'a str>,
    /// A form; empty where there is none.
    pub body: &'a str,
}

/// What a client sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Answered(Reply),
    /// Nobody listens: it was not heard.
    Refused,
    /// The connection closed without an answer. Whether it was done before that is not to be seen.
    Dropped,
    /// It was done, and the answer ends in its middle: `whole` is how long its body was to be, in bytes.
    Cut {
        reply: Reply,
        whole: usize,
    },
    /// The connection stays open and nothing comes, however long one waits.
    Hung,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// In lower case.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// By its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl Seen {
    /// The whole answer, where one came.
    pub fn reply(self) -> Option<Reply> {
        match self {
            Self::Answered(reply) => Some(reply),
            Self::Refused | Self::Dropped | Self::Cut { .. } | Self::Hung => None,
        }
    }
}
