//! From a builder's request to the bytes.

use super::{EFFECT, Frozen, Mark, Method, PRACTICE};
use domain::money::Currency;
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};

/// Most of a value of metadata, <https://docs.stripe.com/api/metadata>.
const LONGEST_VALUE: usize = 500;

/// A request before it is marked.
pub(super) struct Draft {
    request: RequestBuilder,
    /// What their builder can't say, in this order.
    also: Vec<(&'static str, String)>,
    /// Under which names it takes metadata.
    marked: &'static [&'static str],
}

impl Draft {
    /// Something that keeps metadata.
    pub(super) fn marked(request: &impl StripeRequest) -> Self {
        Self { request: request.build(), also: Vec::new(), marked: &["metadata"] }
    }

    /// Something that keeps none: what it did is known from the object's state.
    pub(super) fn unmarked(request: &impl StripeRequest) -> Self {
        Self { request: request.build(), also: Vec::new(), marked: &[] }
    }

    pub(super) fn marks_also(self, marked: &'static [&'static str]) -> Self {
        Self { marked, ..self }
    }

    pub(super) fn also(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.also.push((name, value.into()));
        self
    }

    pub(super) fn freeze(self, mark: &Mark) -> Frozen {
        let built = self.request.body.unwrap_or_default();
        // Their writer leaves brackets and signs as they are; one way of writing for all. An empty word would ask Stripe to
        // forget something, which is only said on purpose (`also`).
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form_urlencoded::parse(built.as_bytes()).filter(|(_, value)| !value.is_empty()));
        body.extend_pairs(&self.also);
        let practice: String = mark.practice.chars().take(LONGEST_VALUE).collect();
        let about = mark.about.pair();
        for place in self.marked {
            body.append_pair(&format!("{place}[{EFFECT}]"), &mark.effect.to_string());
            body.append_pair(&format!("{place}[{PRACTICE}]"), &practice);
            if let Some((about, id)) = &about {
                body.append_pair(&format!("{place}[{about}]"), id);
            }
        }
        let body = body.finish();
        let mut path = format!("/v1{}", self.request.path);
        if let Some(query) = self.request.query.filter(|query| !query.is_empty()) {
            path.push('?');
            path.push_str(&query);
        }
        match self.request.method {
            StripeMethod::Delete => {
                // Where Stripe's own libraries put it: a body of DELETE is dropped by some proxies.
                if !body.is_empty() {
                    path.push('?');
                    path.push_str(&body);
                }
                Frozen { method: Method::Delete, path, body: String::new(), key: mark.effect }
            }
            StripeMethod::Post | StripeMethod::Get => {
                Frozen { method: Method::Post, path, body, key: mark.effect }
            }
        }
    }
}

/// Their name of a currency.
pub(super) fn currency(currency: Currency) -> stripe_types::Currency {
    let code = currency.code().to_ascii_lowercase();
    match code.parse() {
        Ok(currency) => currency,
        Err(never) => match never {},
    }
}
