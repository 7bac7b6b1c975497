//! The way to Stripe over HTTP: one request, one answer, or what stopped it. It repeats nothing; [`billing::outbox`] decides.
//! And what a program does with it: connecting a practice, and carrying the desk's errands.

mod ask;
mod base;
mod carry;
mod connect;
mod take_up;

pub use ask::{KeyCheck, Whole};
pub use base::{BadBase, Base, STRIPE_API};
pub use carry::{Carried, carry};
pub use connect::{Checked, NotConnected, check};
pub use take_up::{Kept, take_up};

use billing::STRIPE_VERSION;
use billing::answer::{Reply, TransportError};
use billing::key::{KeyMode, StripeKey};
use billing::request::{Frozen, Reading};
use domain::Instant;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, body::Incoming};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client as Pool, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::error::Error;
use std::time::{Duration, UNIX_EPOCH};
use zeroize::Zeroizing;

/// A hundred events with everything in them are a few megabytes.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;
/// Sooner than Stripe closes what is not used.
const IDLE: Duration = Duration::from_secs(20);
const AGENT: &str = concat!("Perennial/", env!("CARGO_PKG_VERSION"));

const VERSION: HeaderName = HeaderName::from_static("stripe-version");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// How long is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For everything, the last byte of the answer included.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(30) }
    }
}

/// Why there is no way to Stripe at all.
#[derive(Debug, thiserror::Error)]
pub enum NoWay {
    #[error("a live key goes to Stripe alone, and {0} is not Stripe")]
    LiveKeyElsewhere(Base),
    #[error("this computer's list of trusted certificates could not be read: {0}")]
    Certificates(std::io::Error),
    #[error("encryption could not be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// One pool of connections, under one key.
pub struct Client {
    base: Base,
    key: StripeKey,
    patience: Patience,
    pool: Pool<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Client {
    /// # Errors
    /// A live key for anything but Stripe; no trusted certificates.
    pub fn new(base: Base, key: StripeKey, patience: Patience) -> Result<Self, NoWay> {
        if key.mode() == KeyMode::Live && !base.is_stripe() {
            return Err(NoWay::LiveKeyElsewhere(base));
        }
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(patience.connect));
        tcp.set_nodelay(true);
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_native_roots()
            .map_err(NoWay::Certificates)?
            .with_no_client_auth();
        let https = HttpsConnectorBuilder::new().with_tls_config(tls);
        // Unencrypted to this computer only, which `Base` has seen to.
        let connector = match base.is_encrypted() {
            true => https.https_only().enable_http1().wrap_connector(tcp),
            false => https.https_or_http().enable_http1().wrap_connector(tcp),
        };
        // A request of which nothing could be written, because the connection kept open was closed meanwhile, goes out on a
        // new one. That is the first attempt, not a second.
        let pool = Pool::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(4)
            .build(connector);
        Ok(Self { base, key, patience, pool })
    }

    pub fn key(&self) -> &StripeKey {
        &self.key
    }

    pub fn base(&self) -> &Base {
        &self.base
    }

    /// Sends what an effect is, under its key.
    ///
    /// # Errors
    /// There is no whole answer.
    pub async fn send(&self, frozen: &Frozen) -> Result<Reply, TransportError> {
        let method = match frozen.method {
            billing::request::Method::Post => Method::POST,
            billing::request::Method::Delete => Method::DELETE,
        };
        let mut request =
            self.request(method, &frozen.path, Bytes::copy_from_slice(frozen.body.as_bytes()))?;
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(header::CONTENT_TYPE, form);
        request.headers_mut().insert(IDEMPOTENCY_KEY, header_value(&frozen.key.to_string())?);
        self.exchange(request).await
    }

    /// Asks and changes nothing.
    ///
    /// # Errors
    /// There is no whole answer.
    pub async fn read(&self, reading: &Reading) -> Result<Reply, TransportError> {
        let request = self.request(Method::GET, &reading.path(), Bytes::new())?;
        self.exchange(request).await
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>, TransportError> {
        let not_sent = |problem: hyper::http::Error| TransportError::NotReached(problem.to_string());
        let bearer = Zeroizing::new(format!("Bearer {}", self.key.reveal()));
        let mut bearer = header_value(&bearer)?;
        bearer.set_sensitive(true);
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::AUTHORIZATION, bearer)
            .header(header::USER_AGENT, AGENT)
            .header(header::ACCEPT, "application/json")
            .header(VERSION, STRIPE_VERSION)
            .body(Full::new(body))
            .map_err(not_sent)
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Reply, TransportError> {
        let whole = self.patience.whole;
        let answered = async {
            let response = self.pool.request(request).await.map_err(|problem| {
                let why = root(&problem);
                if problem.is_connect() {
                    TransportError::NotReached(why)
                } else {
                    TransportError::Broken(why)
                }
            })?;
            gather(response).await
        };
        match tokio::time::timeout(whole, answered).await {
            Ok(answered) => answered,
            Err(_) => Err(TransportError::TimedOut { seconds: whole.as_secs() }),
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Client").field("base", &self.base).field("key", &self.key).finish_non_exhaustive()
    }
}

async fn gather(response: Response<Incoming>) -> Result<Reply, TransportError> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, LONGEST_ANSWER).collect().await.map_err(|problem| {
        if problem.is::<LengthLimitError>() {
            TransportError::TooLong { limit: LONGEST_ANSWER }
        } else {
            TransportError::Broken(root(problem.as_ref()))
        }
    })?;
    let said = |name: HeaderName| text(&head.headers, name);
    Ok(Reply {
        status: head.status.as_u16(),
        retry_after_seconds: said(header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok()),
        request_id: said(REQUEST_ID).map(|id| id.chars().take(100).collect()),
        replayed: said(REPLAYED) == Some("true"),
        date: said(header::DATE).and_then(instant),
        body: body.to_bytes().to_vec().into(),
    })
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn instant(date: &str) -> Option<Instant> {
    let since = httpdate::parse_http_date(date).ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Instant::from_millis)
}

fn header_value(text: &str) -> Result<HeaderValue, TransportError> {
    HeaderValue::from_str(text)
        .map_err(|_| TransportError::NotReached("a header can't be written".to_owned()))
}

/// What lies at the bottom: the layers above only say that something failed below.
fn root(problem: &dyn Error) -> String {
    let mut deepest = problem;
    while let Some(below) = deepest.source() {
        deepest = below;
    }
    deepest.to_string()
}
