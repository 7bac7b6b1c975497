//! Letters handed to a mail server over a real socket, encrypted and not; and what each answer becomes.

use domain::effect::{Answer, EffectState};
use domain::mail::{MailSecurity, MailSends, MailSettings};
use domain::{EffectId, customer::Person};
use mail_parser::{MessageParser, MimeHeaders};
use post::{Carrier, Server};
use protocol::customers::CreateCustomer;
use protocol::mail::{AskMail, Letter, ListQueue, QueuePart, SaveMail, Wanted};
use testkit::{MailServer, MailServerIs, Says, Shop};

fn letter() -> Letter {
    Letter {
        id: EffectId(uuid::Uuid::from_u128(7)),
        from_name: "Larkspur “Skin” & Wellness".into(),
        from: "hello@larkspur.example".into(),
        reply_to: "desk@larkspur.example".into(),
        to_name: "Zoë, Ruiz\r\nBcc: all@example.com".into(),
        to: "ana@example.com".into(),
        subject: "Grüße\r\nX-Injected: yes".into(),
        text: "Hello Zoë,\n\n.a line that begins with a point\nfrom <b>us</b>".into(),
        html: "<p>Hello Zo&euml;,</p><p>from &lt;b&gt;us&lt;/b&gt;</p>".into(),
        date_millis: 1_773_327_600_000,
    }
}

fn server(of: &MailServer, security: MailSecurity) -> Server {
    let settings = MailSettings {
        server: "localhost".into(),
        port: of.port,
        security,
        user: String::new(),
        from: "hello@larkspur.example".into(),
        reply_to: String::new(),
        sends: MailSends::default(),
    };
    Server { settings, password: String::new(), trusts: vec![of.certificate.clone()] }
}

#[test]
fn a_letter_arrives_as_it_was_written_and_nothing_in_it_becomes_a_header() {
    let there = MailServer::starts(MailServerIs::default());
    let mut carrier = Carrier::to(server(&there, MailSecurity::None));
    assert!(matches!(carrier.carry(&letter()), Answer::Accepted(said) if said.starts_with("250")));
    carrier.carry(&letter());
    carrier.leave();
    assert_eq!(there.connections(), 1);
    let arrived = there.arrived();
    // Frozen: the same bytes each time.
    assert_eq!(arrived[0].bytes, arrived[1].bytes);
    assert_eq!(
        (arrived[0].from.as_str(), arrived[0].to.as_slice()),
        ("hello@larkspur.example", ["ana@example.com".to_owned()].as_slice())
    );
    let read = MessageParser::default().parse(&arrived[0].bytes).unwrap();
    assert_eq!(read.subject(), Some("Grüße X-Injected: yes"));
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), letter().text);
    assert_eq!(read.body_html(0).unwrap().trim_end(), letter().html);
    assert_eq!(read.from().unwrap().first().unwrap().name(), Some("Larkspur “Skin” & Wellness"));
    assert_eq!(read.to().unwrap().first().unwrap().address(), Some("ana@example.com"));
    assert_eq!(read.to().unwrap().as_list().unwrap().len(), 1);
    assert_eq!(read.reply_to().unwrap().first().unwrap().address(), Some("desk@larkspur.example"));
    assert_eq!(read.message_id(), Some("00000000000000000000000000000007@larkspur.example"));
    assert!(read.header("X-Injected").is_none() && read.header("Bcc").is_none());
    assert_eq!(read.content_type().unwrap().subtype(), Some("alternative"));
}

#[test]
fn encrypted_from_the_first_byte_or_after_the_greeting_and_signed_in() {
    for (security, is) in [
        (MailSecurity::Tls, MailServerIs { wrapped: true, ..MailServerIs::default() }),
        (MailSecurity::StartTls, MailServerIs { upgrades: true, ..MailServerIs::default() }),
    ] {
        let there =
            MailServer::starts(MailServerIs { lets_in: Some(("front".into(), "se cret".into())), ..is });
        let mut at = server(&there, security);
        at.settings.user = "front".into();
        at.password = "wrong".into();
        let refused = Carrier::to(at.clone()).carry(&letter());
        assert!(
            matches!(&refused, Answer::NotReached(said) if said.contains("did not let front in")),
            "{refused:?}"
        );
        at.password = "se cret".into();
        let taken = Carrier::to(at.clone()).carry(&letter());
        assert!(matches!(taken, Answer::Accepted(_)), "{taken:?}");
        let arrived = there.arrived();
        assert_eq!(arrived.len(), 1);
        assert!(arrived[0].encrypted);
        assert_eq!(arrived[0].signed_in_as.as_deref(), Some("front"));

        // A certificate that nobody vouches for is no server of ours.
        at.trusts.clear();
        assert!(matches!(Carrier::to(at).carry(&letter()), Answer::NotReached(_)));
        assert_eq!(there.arrived().len(), 1);
    }
}

#[test]
fn what_must_be_encrypted_is_not_sent_in_clear() {
    let there = MailServer::starts(MailServerIs::default());
    let said = Carrier::to(server(&there, MailSecurity::StartTls)).carry(&letter());
    assert!(matches!(&said, Answer::NotReached(said) if said.contains("does not encrypt")), "{said:?}");
    assert!(there.arrived().is_empty());
}

#[test]
fn each_answer_becomes_what_it_means() {
    let there = MailServer::starts(MailServerIs::default());
    let mut carrier = Carrier::to(server(&there, MailSecurity::None));
    there.says([Says::Code(451, "greylisted"), Says::Code(554, "spam"), Says::Nothing]);
    assert!(matches!(carrier.carry(&letter()), Answer::Later(said) if said.contains("greylisted")));
    assert!(matches!(carrier.carry(&letter()), Answer::Refused(said) if said.contains("554")));
    assert!(matches!(carrier.carry(&letter()), Answer::Unknown(_)));
    // It goes on with a new connection.
    assert!(matches!(carrier.carry(&letter()), Answer::Accepted(_)));
    let nobody = Letter { to: "nobody@example.com".into(), ..letter() };
    assert!(matches!(carrier.carry(&nobody), Answer::Refused(said) if said.contains("550")));
    let broken = Letter { to: "no address".into(), ..letter() };
    assert!(matches!(carrier.carry(&broken), Answer::Refused(_)));

    let mut gone = server(&there, MailSecurity::None);
    // A port that was free a moment ago.
    gone.settings.port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let said = Carrier::to(gone).carry(&letter());
    assert!(matches!(&said, Answer::NotReached(said) if said.contains("was not reached")), "{said:?}");
}

/// From the sale to the mailbox, with a server that first is not there, then not ready, then dies in the middle.
#[tokio::test]
async fn a_receipt_goes_from_the_counter_to_the_mailbox() {
    let there = MailServer::starts(MailServerIs { wrapped: true, ..MailServerIs::default() });
    let shop = Shop::opens().await;
    let front = &shop.front;
    let at = server(&there, MailSecurity::Tls);
    front.does(SaveMail { settings: Some(at.settings.clone()) }).await;
    let person = Person { name: "Ana Ruiz".into(), email: "ana@example.com".into(), ..Person::default() };
    let ana = front.does(CreateCustomer { person }).await.customer.id;
    let facial = front.sells("Facial", 12_000).await;
    let ticket = front.rings_up(Some(ana), facial, 1).await;
    front.does(AskMail { what: Wanted::Receipt { ticket: ticket.id }, to: None }).await;

    there.says([Says::Code(450, "busy"), Says::Nothing]);
    let mut carrier = Carrier::to(at);
    let mut tries = 0;
    for _ in 0..20 {
        while let Some(out) = front.desk.next_letter().await.unwrap() {
            tries += 1;
            let answer = carrier.carry(&out.letter);
            front.desk.letter_answered(out.letter.id, &out.letter.to, answer).await.unwrap();
        }
        shop.clock().passes(2 * 60_000);
    }
    front.signs_in_again().await;
    assert_eq!(tries, 3);
    let done = front.does(ListQueue { part: QueuePart::Done, ..ListQueue::default() }).await.rows;
    assert_eq!(done.len(), 1);
    assert_eq!(done[0].state, EffectState::Done);
    // The one whose answer was lost, and its copy under the same number.
    let arrived = there.arrived();
    assert_eq!(arrived.len(), 2);
    assert_eq!(arrived[0].bytes, arrived[1].bytes);
    let read = MessageParser::default().parse(&arrived[1].bytes).unwrap();
    assert!(read.body_text(0).unwrap().contains("Facial"));
}
