//! A mail server on a socket of this computer: the protocol is mailin's, the sockets and the encryption are real.

use mailin::{Action, AuthMechanism, Handler, Response, SessionBuilder, response};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// What the server does.
#[derive(Debug, Clone, Default)]
pub struct MailServerIs {
    /// Encrypted from the first byte.
    pub wrapped: bool,
    /// Offers STARTTLS.
    pub upgrades: bool,
    /// Lets only this user in, with this password.
    pub lets_in: Option<(String, String)>,
}

/// What it says to the next letters; then it takes all.
#[derive(Debug, Clone)]
pub enum Says {
    Code(u16, &'static str),
    /// It takes the whole letter and ends without a word.
    Nothing,
}

/// A letter that arrived.
#[derive(Debug, Clone, Default)]
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
    pub encrypted: bool,
    pub signed_in_as: Option<String>,
}

/// Runs until the test ends.
pub struct MailServer {
    pub port: u16,
    /// To be trusted where it encrypts.
    pub certificate: String,
    inbox: Arc<Mutex<Inbox>>,
}

#[derive(Default)]
struct Inbox {
    arrived: Vec<Arrived>,
    says: Vec<Says>,
    connections: u32,
}

impl MailServer {
    pub fn starts(is: MailServerIs) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a configuration");
        let tls = Arc::new(tls);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().as_ref().map(SocketAddr::port).expect("a port");
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let own = Arc::clone(&inbox);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (is, tls, inbox) = (is.clone(), Arc::clone(&tls), Arc::clone(&own));
                std::thread::spawn(move || serve(stream, &is, &tls, &inbox));
            }
        });
        Self { port, certificate: made.cert.pem(), inbox }
    }

    /// What is said to the next letters, one each.
    pub fn says(&self, says: impl IntoIterator<Item = Says>) {
        self.lock().says.extend(says);
    }

    pub fn arrived(&self) -> Vec<Arrived> {
        self.lock().arrived.clone()
    }

    /// How often somebody came.
    pub fn connections(&self) -> u32 {
        self.lock().connections
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Clerk {
    lets_in: Option<(String, String)>,
    arriving: Arrived,
    inbox: Arc<Mutex<Inbox>>,
    hangs_up: Arc<Mutex<Option<HangsUp>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HangsUp {
    AtOnce,
    /// After its answer: mailin would take what follows a refused letter for more of that letter.
    Answered,
}

impl Clerk {
    fn check(&mut self, user: &str, password: &str) -> Response {
        match &self.lets_in {
            Some((known, secret)) if known == user && secret == password => {
                self.arriving.signed_in_as = Some(user.to_owned());
                response::AUTH_OK
            }
            _ => response::INVALID_CREDENTIALS,
        }
    }
}

impl Handler for Clerk {
    fn mail(&mut self, _ip: IpAddr, _domain: &str, from: &str) -> Response {
        from.clone_into(&mut self.arriving.from);
        self.arriving.to.clear();
        self.arriving.bytes.clear();
        if self.lets_in.is_some() && self.arriving.signed_in_as.is_none() {
            return response::AUTHENTICATION_REQUIRED;
        }
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        self.arriving.to.push(to.to_owned());
        if to.starts_with("nobody@") { response::NO_MAILBOX } else { response::OK }
    }

    fn data(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.arriving.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        let says = if inbox.says.is_empty() { None } else { Some(inbox.says.remove(0)) };
        match says {
            None => {
                inbox.arrived.push(self.arriving.clone());
                response::OK
            }
            Some(Says::Code(code, words)) => {
                *self.hangs_up.lock().unwrap_or_else(PoisonError::into_inner) = Some(HangsUp::Answered);
                Response::custom(code, words.to_owned())
            }
            Some(Says::Nothing) => {
                inbox.arrived.push(self.arriving.clone());
                *self.hangs_up.lock().unwrap_or_else(PoisonError::into_inner) = Some(HangsUp::AtOnce);
                response::OK
            }
        }
    }

    fn auth_plain(&mut self, _as: &str, user: &str, password: &str) -> Response {
        self.check(user, password)
    }

    fn auth_login(&mut self, user: &str, password: &str) -> Response {
        self.check(user, password)
    }
}

trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

fn serve(stream: TcpStream, is: &MailServerIs, tls: &Arc<ServerConfig>, inbox: &Arc<Mutex<Inbox>>) {
    inbox.lock().unwrap_or_else(PoisonError::into_inner).connections += 1;
    let hangs_up = Arc::new(Mutex::new(None));
    let clerk = Clerk {
        lets_in: is.lets_in.clone(),
        arriving: Arrived { encrypted: is.wrapped || is.upgrades, ..Arrived::default() },
        inbox: Arc::clone(inbox),
        hangs_up: Arc::clone(&hangs_up),
    };
    let mut builder = SessionBuilder::new("localhost");
    if is.upgrades {
        builder.enable_start_tls();
    }
    if is.lets_in.is_some() {
        builder.enable_auth(AuthMechanism::Plain);
    }
    let mut session = builder.build(IpAddr::V4(Ipv4Addr::LOCALHOST), clerk);
    let encrypted = |stream: TcpStream| -> Box<dyn Wire> {
        let connection = ServerConnection::new(Arc::clone(tls)).expect("a connection");
        Box::new(StreamOwned::new(connection, stream))
    };
    let plain = stream.try_clone().expect("the same socket");
    let mut wire: BufReader<Box<dyn Wire>> = BufReader::new(if is.wrapped {
        session.tls_active();
        encrypted(stream)
    } else {
        Box::new(stream)
    });
    let mut answer = session.greeting();
    loop {
        let ends = *hangs_up.lock().unwrap_or_else(PoisonError::into_inner);
        if ends == Some(HangsUp::AtOnce) {
            let _ = plain.shutdown(std::net::Shutdown::Both);
            return;
        }
        if answer.action != Action::NoReply {
            let Ok(bytes) = answer.buffer() else { return };
            if wire.get_mut().write_all(&bytes).and_then(|()| wire.get_mut().flush()).is_err() {
                return;
            }
        }
        match answer.action {
            Action::Close => return,
            _ if ends.is_some() => return,
            Action::UpgradeTls => {
                let Ok(socket) = plain.try_clone() else { return };
                wire = BufReader::new(encrypted(socket));
                session.tls_active();
            }
            Action::NoReply | Action::Reply => {}
        }
        let mut line = Vec::new();
        match wire.read_until(b'\n', &mut line) {
            Ok(read) if read > 0 => answer = session.process(&line),
            _ => return,
        }
    }
}
