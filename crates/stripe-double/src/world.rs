//! The account as requests meet it: who is let in, what is replayed, what is done.

use crate::endpoints::{self, Call};
use crate::error::{ApiError, ErrorKind};
use crate::fault::{Faults, Mischief};
use crate::form::Form;
use crate::idempotency::{Idempotency, Kept};
use crate::keys::{Key, Keys};
use crate::mode::{Cause, Mode, letters};
use crate::reply::{Reply, Request, Seen};
use crate::settings::Settings;
use crate::{pages, parameters};
use serde::Serialize;
use serde_json::{Value, json};

pub struct World {
    pub test: Mode,
    pub live: Mode,
    pub keys: Keys,
    pub faults: Faults,
    pub log: Vec<Logged>,
    pub chance: fastrand::Rng,
    /// How far the clock was moved beyond what passed by itself, in seconds.
    pub ahead: i64,
    test_kept: Idempotency,
    live_kept: Idempotency,
    /// Requests of the present second.
    second: (i64, u32),
}

/// One request, as it came in.
#[derive(Debug, Clone, Serialize)]
pub struct Logged {
    pub id: String,
    /// Seconds since 1970, by the double's clock.
    pub at: i64,
    pub method: String,
    pub path: String,
    pub query: String,
    pub body: String,
    pub idempotency_key: Option<String>,
    pub key: Option<String>,
    /// What the double answered; nothing where the answer got lost on purpose.
    pub status: Option<u16>,
    /// Whether it was done now: neither refused at the door nor answered from memory.
    pub executed: bool,
    pub replayed: bool,
}

/// A request, read.
#[derive(Debug, Clone)]
pub struct Asked {
    pub number: usize,
    pub id: String,
    pub method: String,
    pub path: String,
    pub query: String,
    pub body: Vec<u8>,
    pub authorization: Option<String>,
    pub version: Option<String>,
    pub idempotency_key: Option<String>,
    pub form_encoded: bool,
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub replayed_from: Option<String>,
    pub retry_after: Option<u32>,
    pub content_type: &'static str,
}

/// How far a request came at once.
pub enum Begun {
    Done(Seen),
    /// In flight until it is finished.
    Slow {
        milliseconds: u64,
        admitted: Result<Admitted, Box<Answer>>,
    },
}

/// A request that was let in and is about to be done.
pub struct Admitted {
    key: Key,
    route: &'static endpoints::Route,
    call: Call,
    idempotency_key: Option<String>,
}

impl World {
    pub fn new(settings: &Settings, base_url: &str) -> Self {
        Self {
            test: Mode::new(false, settings.clone(), base_url.to_owned()),
            live: Mode::new(true, settings.clone(), base_url.to_owned()),
            keys: Keys::default(),
            faults: Faults::default(),
            log: Vec::new(),
            chance: fastrand::Rng::with_seed(settings.seed.wrapping_add(7)),
            ahead: 0,
            test_kept: Idempotency::default(),
            live_kept: Idempotency::default(),
            second: (0, 0),
        }
    }

    pub fn mode(&mut self, livemode: bool) -> &mut Mode {
        if livemode { &mut self.live } else { &mut self.test }
    }

    /// Lets time pass in both modes, with everything that falls due.
    pub fn advance(&mut self, seconds: i64) {
        let seconds = seconds.max(0);
        self.ahead += seconds;
        let moment = self.test.now + seconds;
        self.test.advance_to(moment);
        self.live.advance_to(moment);
    }

    fn kept(&mut self, livemode: bool) -> &mut Idempotency {
        if livemode { &mut self.live_kept } else { &mut self.test_kept }
    }

    /// Everything that happens to a request, what goes wrong with it first.
    pub fn begin(&mut self, asked: &mut Asked) -> Begun {
        asked.id = self.request_id();
        self.enter(asked);
        let mischief = self.faults.next(&asked.method, &asked.path, &mut self.chance);
        let Some(mischief) = mischief else {
            let answer = self.carry_out(asked);
            return Begun::Done(Seen::Answered(self.tell(asked, answer)));
        };
        Begun::Done(match mischief {
            Mischief::Hang { executed } => {
                self.done_unheard(asked, executed);
                Seen::Hung
            }
            Mischief::DropBefore => Seen::Dropped,
            Mischief::DropAfter => {
                self.done_unheard(asked, true);
                Seen::Dropped
            }
            Mischief::CutAnswer => {
                let answer = self.carry_out(asked);
                let mut reply = self.tell(asked, answer);
                let whole = reply.body.len();
                reply.body.truncate(whole / 2);
                Seen::Cut { reply, whole }
            }
            Mischief::TooMany { retry_after_seconds } => {
                let answer = error_answer(&too_many(retry_after_seconds), asked, false);
                Seen::Answered(self.tell(asked, answer))
            }
            Mischief::LockTimeout => {
                let answer = error_answer(&lock_timeout(), asked, false);
                Seen::Answered(self.tell(asked, answer))
            }
            Mischief::Unauthorized => Seen::Answered(self.tell(asked, Self::unauthorized(asked))),
            Mischief::ServerError { executed, kept } => {
                let answer = self.break_down(asked, executed, kept);
                Seen::Answered(self.tell(asked, answer))
            }
            Mischief::BadGateway { executed } => {
                self.done_unheard(asked, executed);
                let answer = Answer { status: 502, content_type: "text/html", ..html(pages::BAD_GATEWAY) };
                Seen::Answered(self.tell_bare(asked, answer))
            }
            Mischief::LoginPage => Seen::Answered(self.tell_bare(asked, html(pages::LOGIN))),
            Mischief::Slow { milliseconds } => {
                return Begun::Slow { milliseconds, admitted: self.admit(asked) };
            }
        })
    }

    /// The rest of a slow one.
    pub fn finish(&mut self, asked: &Asked, admitted: Result<Admitted, Box<Answer>>) -> Seen {
        let answer = match admitted {
            Ok(admitted) => self.execute(asked, admitted),
            Err(answer) => *answer,
        };
        Seen::Answered(self.tell(asked, answer))
    }

    fn carry_out(&mut self, asked: &Asked) -> Answer {
        match self.admit(asked) {
            Ok(admitted) => self.execute(asked, admitted),
            Err(answer) => *answer,
        }
    }

    fn done_unheard(&mut self, asked: &Asked, executed: bool) {
        if executed {
            self.carry_out(asked);
        }
    }

    fn break_down(&mut self, asked: &Asked, executed: bool, kept: bool) -> Answer {
        let admitted = match self.admit(asked) {
            Ok(admitted) => admitted,
            Err(answer) => return *answer,
        };
        match (executed, kept) {
            (true, kept) => self.execute_and_fail(asked, admitted, kept),
            (false, true) => self.fail(asked, admitted),
            (false, false) => {
                self.abandon(&admitted);
                server_error(asked, false)
            }
        }
    }

    /// An answer as Stripe's own servers send it.
    fn tell(&mut self, asked: &Asked, answer: Answer) -> Reply {
        let Answer { status, body, replayed_from, retry_after, content_type } = answer;
        let bare = Answer { status, body, replayed_from: replayed_from.clone(), retry_after, content_type };
        let mut reply = self.tell_bare(asked, bare);
        let headers = &mut reply.headers;
        headers.push(("request-id", asked.id.clone()));
        headers.push(("stripe-version", parameters::table().api_version.clone()));
        headers.push(("access-control-allow-origin", "*".to_owned()));
        headers.push(("cache-control", "no-cache, no-store".to_owned()));
        if let Some(key) = &asked.idempotency_key {
            headers.push(("idempotency-key", key.clone()));
        }
        if let Some(original) = replayed_from {
            headers.push(("idempotent-replayed", "true".to_owned()));
            headers.push(("original-request", original));
        }
        if let Some(seconds) = retry_after {
            headers.push(("retry-after", seconds.to_string()));
        }
        if status == 429 {
            headers.push(("stripe-rate-limited-reason", "global-rate".to_owned()));
        }
        reply
    }

    /// An answer of something in between, which knows nothing of Stripe's headers.
    fn tell_bare(&mut self, asked: &Asked, answer: Answer) -> Reply {
        if let Some(logged) = self.log.get_mut(asked.number) {
            logged.status = Some(answer.status);
            logged.replayed = answer.replayed_from.is_some();
        }
        let headers = vec![
            ("date", crate::calendar::http_date(self.test.now)),
            ("content-type", answer.content_type.to_owned()),
        ];
        Reply { status: answer.status, headers, body: answer.body }
    }

    pub fn request_id(&mut self) -> String {
        format!("req_{}", letters(&mut self.chance, 14))
    }

    pub fn enter(&mut self, asked: &mut Asked) {
        asked.number = self.log.len();
        self.log.push(Logged {
            id: asked.id.clone(),
            at: self.test.now,
            method: asked.method.clone(),
            path: asked.path.clone(),
            query: asked.query.clone(),
            body: String::from_utf8_lossy(&asked.body).into_owned(),
            idempotency_key: asked.idempotency_key.clone(),
            key: asked.key().map(str::to_owned),
            status: None,
            executed: false,
            replayed: false,
        });
    }

    /// Key, limit, permission, idempotency, parameters: in this order. Either an answer, or leave to do it.
    pub fn admit(&mut self, asked: &Asked) -> Result<Admitted, Box<Answer>> {
        let livemode = asked.key().is_some_and(|key| key.contains("_live_"));
        self.check(asked).map_err(|refused| match refused {
            Refused::Error(error) => Box::new(error_answer(&error, asked, livemode)),
            Refused::Replay(kept) => Box::new(Answer {
                status: kept.status,
                body: kept.body,
                replayed_from: Some(kept.request_id),
                retry_after: None,
                content_type: JSON,
            }),
        })
    }

    fn check(&mut self, asked: &Asked) -> Result<Admitted, Refused> {
        let written = asked.key();
        let key = self.keys.check(written)?;
        self.check_rate()?;
        check_version(asked.version.as_deref())?;
        let Some((route, ids)) = endpoints::find(&asked.method, &asked.path) else {
            return Err(Refused::Error(unknown_address(asked)));
        };
        let account = self.mode(key.livemode).account.clone();
        let is_read = asked.method == "GET";
        key.check(written.unwrap_or_default(), &account, is_read, &asked.path)?;
        let mut encoded = asked.query.clone().into_bytes();
        if !is_read && !asked.body.is_empty() {
            if !asked.form_encoded {
                return Err(Refused::Error(wrong_encoding()));
            }
            if !encoded.is_empty() {
                encoded.push(b'&');
            }
            encoded.extend_from_slice(&asked.body);
        }
        let form = Form::read(&encoded);
        let idempotency_key = asked.idempotency_key.clone().filter(|_| asked.method == "POST");
        let now = self.mode(key.livemode).now;
        if let Some(name) = &idempotency_key
            && let Some(kept) = self.kept(key.livemode).begin(name, &asked.path, &form, now)?
        {
            return Err(Refused::Replay(kept));
        }
        let endpoint = format!("{} {}", asked.method, route.pattern);
        match parameters::table().check(&endpoint, &form) {
            Ok(given) => Ok(Admitted { key, route, call: Call { ids, given }, idempotency_key }),
            Err(error) => {
                if let Some(name) = &idempotency_key {
                    self.kept(key.livemode).forget(name);
                }
                Err(Refused::Error(error))
            }
        }
    }

    /// Does it, and keeps what is to be kept.
    pub fn execute(&mut self, asked: &Asked, admitted: Admitted) -> Answer {
        let Admitted { key, route, mut call, idempotency_key } = admitted;
        let expand = call.given.as_object_mut().and_then(|given| given.remove("expand"));
        let mode = self.mode(key.livemode);
        // A page of events is long, and goes out as it is kept.
        if route.pattern == "/v1/events"
            && expand.is_none()
            && let Ok(page) = mode.list_events(&call.given)
        {
            return Answer { body: page.into_bytes(), ..json_answer(200, &Value::Null) };
        }
        mode.request = Cause { request: Some(asked.id.clone()), idempotency_key: idempotency_key.clone() };
        let done = (route.handler)(mode, &call).and_then(|mut value| {
            mode.expand(&mut value, expand.as_ref().and_then(Value::as_array).map_or(&[], Vec::as_slice))?;
            Ok(value)
        });
        mode.request = Cause::default();
        let done = done.map_err(|error| self.of_other_mode(error, key.livemode));
        let (answer, keep) = match done {
            Ok(value) => (json_answer(200, &value), true),
            Err(error) => (error_answer(&error, asked, key.livemode), error.executed),
        };
        if let Some(logged) = self.log.get_mut(asked.number) {
            logged.executed = keep;
        }
        if let Some(name) = idempotency_key {
            if keep {
                let kept =
                    Kept { status: answer.status, body: answer.body.clone(), request_id: asked.id.clone() };
                self.kept(key.livemode).keep(&name, kept);
            } else {
                self.kept(key.livemode).forget(&name);
            }
        }
        answer
    }

    /// Says so where what is missing is there in the other mode.
    fn of_other_mode(&mut self, mut error: ApiError, livemode: bool) -> ApiError {
        let id = error.message.split('\'').nth(1).unwrap_or_default().to_owned();
        if error.code == Some("resource_missing") && self.mode(!livemode).kind_of(&id).is_some() {
            let (there, used) = if livemode { ("test", "live") } else { ("live", "test") };
            error.message.push_str(&format!(
                "; a similar object exists in {there} mode, but a {used} mode key was used to make this request."
            ));
        }
        error
    }

    /// 500, where the work had begun and was not done: kept for the key.
    pub fn fail(&mut self, asked: &Asked, admitted: Admitted) -> Answer {
        let answer = server_error(asked, admitted.key.livemode);
        self.overwrite(asked, &admitted, &answer);
        answer
    }

    /// Done, and answered by 500 all the same.
    pub fn execute_and_fail(&mut self, asked: &Asked, admitted: Admitted, kept: bool) -> Answer {
        let answer = server_error(asked, admitted.key.livemode);
        let again = Admitted {
            key: admitted.key.clone(),
            route: admitted.route,
            call: Call::default(),
            idempotency_key: admitted.idempotency_key.clone(),
        };
        self.execute(asked, admitted);
        if kept {
            self.overwrite(asked, &again, &answer);
        }
        answer
    }

    fn overwrite(&mut self, asked: &Asked, admitted: &Admitted, answer: &Answer) {
        if let Some(name) = &admitted.idempotency_key {
            let kept =
                Kept { status: answer.status, body: answer.body.clone(), request_id: asked.id.clone() };
            self.kept(admitted.key.livemode).keep(name, kept);
        }
    }

    /// Not done after all.
    pub fn abandon(&mut self, admitted: &Admitted) {
        if let Some(name) = &admitted.idempotency_key {
            self.kept(admitted.key.livemode).forget(name);
        }
    }

    fn check_rate(&mut self) -> Result<(), ApiError> {
        let Some(limit) = self.test.settings.rate_limit else { return Ok(()) };
        let now = self.test.now;
        let count = if self.second.0 == now { self.second.1 + 1 } else { 1 };
        self.second = (now, count);
        if count > limit { Err(too_many(None)) } else { Ok(()) }
    }

    pub fn unauthorized(asked: &Asked) -> Answer {
        let key = asked.key().unwrap_or_default().to_owned();
        match Keys::check(&Keys::default(), Some(&format!("{key}?"))) {
            Err(error) => error_answer(&error, asked, false),
            Ok(_) => json_answer(401, &json!({})),
        }
    }
}

enum Refused {
    Error(ApiError),
    Replay(Kept),
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        let (path, query) = request.path.split_once('?').unwrap_or((request.path, ""));
        Self {
            number: 0,
            id: String::new(),
            method: request.method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            body: request.body.as_bytes().to_vec(),
            authorization: request.key.map(|key| format!("Bearer {key}")),
            version: request.version.map(str::to_owned),
            idempotency_key: request.idempotency_key.map(str::to_owned),
            form_encoded: true,
        }
    }

    /// The key, from `Bearer` authorization.
    pub fn key(&self) -> Option<&str> {
        self.authorization.as_deref()?.strip_prefix("Bearer ").map(str::trim)
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

pub const JSON: &str = "application/json";

pub fn json_answer(status: u16, value: &Value) -> Answer {
    let body = serde_json::to_vec(value).unwrap_or_default();
    Answer { status, body, replayed_from: None, retry_after: None, content_type: JSON }
}

pub fn error_answer(error: &ApiError, asked: &Asked, livemode: bool) -> Answer {
    let mut answer = json_answer(error.status, &error.body(&asked.id, livemode));
    answer.retry_after = error.retry_after;
    answer
}

pub fn server_error(asked: &Asked, livemode: bool) -> Answer {
    let error = ApiError::new(
        500,
        ErrorKind::Api,
        format!(
            "An unknown error occurred while processing your request. Please contact us at \
             https://support.stripe.com/contact if you continue to encounter this issue; include request ID {}.",
            asked.id
        ),
    );
    error_answer(&error, asked, livemode)
}

/// <https://docs.stripe.com/rate-limits>
pub fn too_many(retry_after: Option<u32>) -> ApiError {
    let mut error = ApiError::new(
        429,
        ErrorKind::InvalidRequest,
        "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.",
    )
    .code("rate_limit");
    error.retry_after = retry_after;
    error
}

pub fn lock_timeout() -> ApiError {
    ApiError::new(
        429,
        ErrorKind::InvalidRequest,
        "This object cannot be accessed right now because another API request or Stripe process is currently \
         accessing it. If you see this error intermittently, retry the request. If you see this error frequently and \
         are making multiple concurrent requests to a single object, make your requests serially or at a lower rate.",
    )
    .code("lock_timeout")
}

fn check_version(version: Option<&str>) -> Result<(), ApiError> {
    let spoken = &parameters::table().api_version;
    match version {
        Some(version) if version != spoken => Err(ApiError::new(
            400,
            ErrorKind::InvalidRequest,
            format!("Invalid Stripe API version: {version}. This double of Stripe speaks {spoken} only."),
        )),
        _ => Ok(()),
    }
}

fn unknown_address(asked: &Asked) -> ApiError {
    ApiError::new(
        404,
        ErrorKind::InvalidRequest,
        format!(
            "Unrecognized request URL ({}: {}). Please see https://stripe.com/docs or we can help at \
             https://support.stripe.com/.",
            asked.method, asked.path
        ),
    )
}

fn wrong_encoding() -> ApiError {
    ApiError::new(
        400,
        ErrorKind::InvalidRequest,
        "Invalid request. POST bodies are sent as application/x-www-form-urlencoded.",
    )
}
