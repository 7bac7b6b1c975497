//! The double on the wire: connections, and what goes wrong with them.

use crate::fault::Mischief;
use crate::world::{self, Admitted, Answer, Asked, World, error_answer};
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
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

pub struct Shared {
    pub world: Mutex<World>,
    pub refusing: watch::Sender<bool>,
    /// The machine's clock the double's clock runs along with, and how far it was at the start; nothing where time
    /// only moves when it is told to.
    pub running: Option<(Instant, i64)>,
}

impl Shared {
    /// The world, at the present moment.
    pub fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((began, start)) = self.running {
            let seconds = i64::try_from(began.elapsed().as_secs()).unwrap_or(0);
            let moment = start + seconds + world.ahead;
            world.test.advance_to(moment);
            world.live.advance_to(moment);
        }
        world
    }
}

pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1_024)
}

/// Serves until it is dropped. While it refuses connections, nothing listens and open ones are closed.
pub async fn serve(shared: Arc<Shared>, first: TcpListener, address: SocketAddr) {
    let mut refusing = shared.refusing.subscribe();
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
                        connections.spawn(connection(shared.clone(), stream));
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

async fn connection(shared: Arc<Shared>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let shared = shared.clone();
        async move { answer(shared, request).await }
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

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Told>, Lost> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let query = head.uri.query().unwrap_or_default().to_owned();
    let body = body.collect().await.map_err(|_| Lost)?.to_bytes();
    if path.starts_with("/_double/") {
        return Ok(plain(control::answer(&shared, head.method.as_str(), &path, &query, &body)));
    }
    if !path.starts_with("/v1/") {
        return Ok(plain(pages::answer(&shared, head.method.as_str(), &path, &body)));
    }
    let asked = read(head.method.as_str(), path, query, body, &head.headers);
    // What Stripe has begun goes on though the client is gone.
    let done = tokio::spawn(speak(shared, asked)).await.map_err(|_| Lost)??;
    match done {
        Said::Answer(response) => Ok(response),
        // Until the client has had enough and closes the connection.
        Said::Nothing => std::future::pending().await,
    }
}

enum Said {
    Answer(Response<Told>),
    Nothing,
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

async fn speak(shared: Arc<Shared>, mut asked: Asked) -> Result<Said, Lost> {
    let mischief = {
        let mut world = shared.world();
        asked.id = world.request_id();
        world.enter(&mut asked);
        let mut chance = world.chance.fork();
        world.faults.next(&asked.method, &asked.path, &mut chance)
    };
    let Some(mischief) = mischief else {
        let answer = do_it(&shared, &asked);
        return Ok(Said::Answer(tell(&shared, &asked, answer, false)));
    };
    match mischief {
        Mischief::Hang { executed } => {
            if executed {
                do_it(&shared, &asked);
            }
            Ok(Said::Nothing)
        }
        Mischief::DropBefore => Err(Lost),
        Mischief::DropAfter => {
            do_it(&shared, &asked);
            Err(Lost)
        }
        Mischief::CutAnswer => {
            let answer = do_it(&shared, &asked);
            Ok(Said::Answer(tell(&shared, &asked, answer, true)))
        }
        Mischief::TooMany { retry_after_seconds } => {
            let error = world::too_many(retry_after_seconds);
            Ok(Said::Answer(tell(&shared, &asked, error_answer(&error, &asked, false), false)))
        }
        Mischief::LockTimeout => Ok(Said::Answer(tell(
            &shared,
            &asked,
            error_answer(&world::lock_timeout(), &asked, false),
            false,
        ))),
        Mischief::Unauthorized => Ok(Said::Answer(tell(&shared, &asked, World::unauthorized(&asked), false))),
        Mischief::ServerError { executed, kept } => {
            let answer = fail(&shared, &asked, executed, kept);
            Ok(Said::Answer(tell(&shared, &asked, answer, false)))
        }
        Mischief::BadGateway { executed } => {
            if executed {
                do_it(&shared, &asked);
            }
            let answer = Answer { status: 502, content_type: "text/html", ..html(pages::BAD_GATEWAY) };
            Ok(Said::Answer(tell_bare(&shared, &asked, answer)))
        }
        Mischief::LoginPage => Ok(Said::Answer(tell_bare(&shared, &asked, html(pages::LOGIN)))),
        Mischief::Slow { milliseconds } => {
            let admitted = shared.world().admit(&asked);
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            let answer = match admitted {
                Ok(admitted) => shared.world().execute(&asked, admitted),
                Err(answer) => *answer,
            };
            Ok(Said::Answer(tell(&shared, &asked, answer, false)))
        }
    }
}

fn do_it(shared: &Shared, asked: &Asked) -> Answer {
    let mut world = shared.world();
    match world.admit(asked) {
        Ok(admitted) => world.execute(asked, admitted),
        Err(answer) => *answer,
    }
}

fn fail(shared: &Shared, asked: &Asked, executed: bool, kept: bool) -> Answer {
    let mut world = shared.world();
    let admitted: Admitted = match world.admit(asked) {
        Ok(admitted) => admitted,
        Err(answer) => return *answer,
    };
    match (executed, kept) {
        (true, kept) => world.execute_and_fail(asked, admitted, kept),
        (false, true) => world.fail(asked, admitted),
        (false, false) => {
            world.abandon(&admitted);
            world::server_error(asked, false)
        }
    }
}

pub fn html(text: &str) -> Answer {
    Answer {
        status: 200,
        body: text.as_bytes().to_vec(),
        replayed_from: None,
        retry_after: None,
        content_type: "text/html; charset=utf-8",
    }
}

/// An answer as Stripe's own servers send it.
fn tell(shared: &Shared, asked: &Asked, answer: Answer, cut: bool) -> Response<Told> {
    note(shared, asked, &answer);
    let mut response = Response::new(Told::new(answer.body, cut));
    *response.status_mut() = status(answer.status);
    let version = crate::parameters::table().api_version.as_str();
    let headers = response.headers_mut();
    set(headers, "content-type", answer.content_type);
    set(headers, "request-id", &asked.id);
    set(headers, "stripe-version", version);
    set(headers, "access-control-allow-origin", "*");
    set(headers, "cache-control", "no-cache, no-store");
    if let Some(key) = &asked.idempotency_key {
        set(headers, "idempotency-key", key);
    }
    if let Some(original) = &answer.replayed_from {
        set(headers, "idempotent-replayed", "true");
        set(headers, "original-request", original);
    }
    if let Some(seconds) = answer.retry_after {
        set(headers, "retry-after", &seconds.to_string());
    }
    if answer.status == 429 {
        set(headers, "stripe-rate-limited-reason", "global-rate");
    }
    response
}

/// An answer of something in between, which knows nothing of Stripe's headers.
fn tell_bare(shared: &Shared, asked: &Asked, answer: Answer) -> Response<Told> {
    note(shared, asked, &answer);
    plain(answer)
}

fn note(shared: &Shared, asked: &Asked, answer: &Answer) {
    let mut world = shared.world();
    if let Some(logged) = world.log.get_mut(asked.number) {
        logged.status = Some(answer.status);
        logged.replayed = answer.replayed_from.is_some();
    }
}

fn plain(answer: Answer) -> Response<Told> {
    let location = (answer.status == 303).then(|| String::from_utf8_lossy(&answer.body).into_owned());
    let mut response = Response::new(Told::new(answer.body, false));
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
    fn new(body: Vec<u8>, cut: bool) -> Self {
        let declared = body.len() as u64;
        let mut bytes = Bytes::from(body);
        if cut {
            bytes.truncate(bytes.len() / 2);
        }
        Self { bytes: Some(bytes), declared, breaks: cut, paused: false }
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
