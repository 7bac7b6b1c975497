//! Carries letters to an SMTP server; decides nothing about them but what the server's answer was.
//!
//! A [`Carrier`] blocks and keeps its connection for the letters that follow.

use domain::effect::Answer;
use domain::mail::{MailSecurity, MailSettings};
use lettre::address::{Address, Envelope};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use protocol::mail::Letter;
use std::time::{Duration, UNIX_EPOCH};

/// A server that says nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(30);

/// Through which server, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub settings: MailSettings,
    /// Empty where nobody signs in.
    pub password: String,
    /// Certificates in PEM that are trusted beside the system's.
    pub trusts: Vec<String>,
}

/// A connection to one server, opened with the first letter.
pub struct Carrier {
    server: Server,
    connection: Option<SmtpConnection>,
}

impl Carrier {
    pub fn to(server: Server) -> Self {
        Self { server, connection: None }
    }

    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Hands one letter over; what was answered.
    pub fn carry(&mut self, letter: &Letter) -> Answer {
        let (envelope, bytes) = match written(letter) {
            Ok(written) => written,
            Err(why) => return Answer::Refused(why),
        };
        // What was kept open may have been closed from over there meanwhile.
        let kept = self.connection.take().and_then(|mut kept| kept.test_connected().then_some(kept));
        let mut connection = match kept {
            Some(kept) => kept,
            None => match self.connect() {
                Ok(connection) => connection,
                Err(why) => return Answer::NotReached(why),
            },
        };
        match connection.send(&envelope, &bytes) {
            Ok(response) => {
                let said: Vec<&str> = response.message().collect();
                self.connection = Some(connection);
                Answer::Accepted(format!("{} {}", response.code(), said.join(" ")).trim().to_owned())
            }
            Err(problem) if problem.is_permanent() => Answer::Refused(in_words(&problem)),
            Err(problem) if problem.is_transient() => Answer::Later(in_words(&problem)),
            // Nothing of it left this computer.
            Err(problem) if problem.is_client() => Answer::Refused(in_words(&problem)),
            Err(problem) => {
                Answer::Unknown(format!("The connection broke while it was sent: {}", in_words(&problem)))
            }
        }
    }

    /// Says goodbye, where somebody is there.
    pub fn leave(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            // It ends either way.
            let _ = connection.quit();
        }
    }

    fn connect(&self) -> Result<SmtpConnection, String> {
        let MailSettings { server, port, security, user, .. } = &self.server.settings;
        let hello = ClientId::default();
        let tls = match security {
            MailSecurity::Tls | MailSecurity::StartTls => Some(self.tls(server)?),
            MailSecurity::None => None,
        };
        let wrapped = tls.as_ref().filter(|_| *security == MailSecurity::Tls);
        let mut connection =
            SmtpConnection::connect((server.as_str(), *port), Some(PATIENCE), &hello, wrapped, None)
                .map_err(|problem| format!("{server} was not reached: {}", in_words(&problem)))?;
        if let (MailSecurity::StartTls, Some(tls)) = (security, &tls) {
            connection
                .starttls(tls, &hello)
                .map_err(|problem| format!("{server} does not encrypt: {}", in_words(&problem)))?;
        }
        if !user.is_empty() {
            let credentials = Credentials::new(user.clone(), self.server.password.clone());
            if let Err(problem) = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials) {
                connection.abort();
                return Err(format!("{server} did not let {user} in: {}", in_words(&problem)));
            }
        }
        Ok(connection)
    }

    fn tls(&self, server: &str) -> Result<TlsParameters, String> {
        let mut parameters = TlsParameters::builder(server.to_owned());
        for pem in &self.server.trusts {
            let certificate = Certificate::from_pem(pem.as_bytes()).map_err(|problem| in_words(&problem))?;
            parameters = parameters.add_root_certificate(certificate);
        }
        parameters.build().map_err(|problem| in_words(&problem))
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The letter as it goes over the wire: the same bytes each time.
fn written(letter: &Letter) -> Result<(Envelope, Vec<u8>), String> {
    let address = |text: &str| -> Result<Address, String> {
        text.parse().map_err(|_| format!("{text} is not an e-mail address."))
    };
    let named = |name: &str, text: &str| -> Result<Mailbox, String> {
        // A line break in a name would be a header of its own.
        let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let name = name.trim();
        Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address(text)?))
    };
    let from = named(&letter.from_name, &letter.from)?;
    let to = named(&letter.to_name, &letter.to)?;
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.email.clone()])
        .map_err(|problem| problem.to_string())?;
    let domain = from.email.domain().to_owned();
    let id = letter.id.0.simple();
    let subject: String = letter.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut message = Message::builder()
        .from(from)
        .to(to)
        .subject(subject)
        .message_id(Some(format!("<{id}@{domain}>")))
        .date(UNIX_EPOCH + Duration::from_millis(letter.date_millis.max(0).unsigned_abs()));
    if !letter.reply_to.is_empty() {
        message = message.reply_to(named(&letter.from_name, &letter.reply_to)?);
    }
    let part = |kind: ContentType, text: &str| SinglePart::builder().header(kind).body(text.to_owned());
    let parts = MultiPart::alternative()
        .boundary(format!("part-{id}"))
        .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
        .singlepart(part(ContentType::TEXT_HTML, &letter.html));
    let message = message.multipart(parts).map_err(|problem| problem.to_string())?;
    Ok((envelope, message.formatted()))
}

/// What the server or the system said, without the library's own preface.
fn in_words(problem: &lettre::transport::smtp::Error) -> String {
    use std::error::Error;
    match (problem.status(), problem.source()) {
        (Some(code), Some(said)) => format!("{code} {said}"),
        (Some(code), None) => code.to_string(),
        (None, Some(said)) => said.to_string(),
        (None, None) => problem.to_string(),
    }
}
