//! The double on the wire: connections, and what goes wrong with them.

use crate::account::Account;
use crate::reply::{Reply, Seen};
use crate::world::{Answer, Asked, Begun};
use crate::{control, pages};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1_024)
}

/// Serves until it is dropped. While it refuses connections, nothing listens and open ones are closed.
pub async fn serve(account: Arc<Account>, first: TcpListener, address: SocketAddr) {
    let mut refusing = account.refusing.subscribe();
    let mut listener = Some(first);
    loop {
        while *refusing.borrow_and_update() {
            listener = None;
            if refusing.changed().await.is_err() {
                return;
            }
        }
        let open = match listener.take().map_or_else(|| bind(address), Ok) {
            Ok(open) => open,
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = open.accept() => {
                    if let Ok((stream, _)) = accepted {
                        connections.spawn(connection(account.clone(), stream));
                    }
                }
                changed = refusing.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    if *refusing.borrow() {
                        break;
                    }
                }
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
            }
        }
    }
}

async fn connection(account: Arc<Account>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let account = account.clone();
        async move { answer(account, request).await }
    });
    // A connection that breaks is the client's affair, or was meant to.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The connection ends without an answer.
#[derive(Debug)]
pub struct Lost;

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was lost on purpose")
    }
}

impl std::error::Error for Lost {}

impl From<Infallible> for Lost {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

async fn answer(account: Arc<Account>, request: Request<Incoming>) -> Result<Response<Told>, Lost> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let query = head.uri.query().unwrap_or_default().to_owned();
    let body = body.collect().await.map_err(|_| Lost)?.to_bytes();
    if path.starts_with("/_double/") {
        return Ok(plain(control::answer(&account, head.method.as_str(), &path, &query, &body)));
    }
    if !path.starts_with("/v1/") {
        return Ok(plain(pages::answer(&account, head.method.as_str(), &path, &body)));
    }
    let asked = read(head.method.as_str(), path, query, body, &head.headers);
    // What Stripe has begun goes on though the client is gone.
    match tokio::spawn(speak(account, asked)).await.map_err(|_| Lost)? {
        Seen::Answered(reply) => {
            let whole = reply.body.len();
            Ok(sent(reply, whole))
        }
        Seen::Cut { reply, whole } => Ok(sent(reply, whole)),
        Seen::Refused | Seen::Dropped => Err(Lost),
        // Until the client has had enough and closes the connection.
        Seen::Hung => std::future::pending().await,
    }
}

fn read(method: &str, path: String, query: String, body: Bytes, headers: &HeaderMap) -> Asked {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let content_type = header("content-type").unwrap_or_default();
    Asked {
        number: 0,
        id: String::new(),
        method: method.to_owned(),
        path,
        query,
        body: body.to_vec(),
        authorization: header("authorization"),
        version: header("stripe-version"),
        idempotency_key: header("idempotency-key"),
        form_encoded: content_type.starts_with("application/x-www-form-urlencoded"),
    }
}

async fn speak(account: Arc<Account>, mut asked: Asked) -> Seen {
    let begun = account.world().begin(&mut asked);
    match begun {
        Begun::Done(seen) => seen,
        Begun::Slow { milliseconds, admitted } => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            account.world().finish(&asked, admitted)
        }
    }
}

fn sent(reply: Reply, whole: usize) -> Response<Told> {
    let mut response = Response::new(Told::new(reply.body, whole));
    *response.status_mut() = status(reply.status);
    for (name, value) in reply.headers {
        set(response.headers_mut(), name, &value);
    }
    response
}

fn plain(answer: Answer) -> Response<Told> {
    let location = (answer.status == 303).then(|| String::from_utf8_lossy(&answer.body).into_owned());
    let whole = answer.body.len();
    let mut response = Response::new(Told::new(answer.body, whole));
    *response.status_mut() = status(answer.status);
    set(response.headers_mut(), "content-type", answer.content_type);
    if let Some(location) = location {
        set(response.headers_mut(), "location", &location);
    }
    response
}

fn status(code: u16) -> hyper::StatusCode {
    hyper::StatusCode::from_u16(code).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR)
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A body that may end before its time.
pub struct Told {
    bytes: Option<Bytes>,
    declared: u64,
    breaks: bool,
    paused: bool,
}

impl Told {
    /// `whole` is how long it was to be, in bytes.
    fn new(body: Vec<u8>, whole: usize) -> Self {
        let breaks = body.len() < whole;
        Self { bytes: Some(Bytes::from(body)), declared: whole as u64, breaks, paused: false }
    }
}

impl Body for Told {
    type Data = Bytes;
    type Error = Lost;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Lost>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if !self.breaks {
            return Poll::Ready(None);
        }
        if !self.paused {
            // Once around, so that the first half is on its way.
            self.paused = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Lost)))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && !self.breaks
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.declared)
    }
}
