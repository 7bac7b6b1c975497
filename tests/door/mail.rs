//! What is owed to people by e-mail: queued with what caused it, frozen, in order, and gone with the person.

use domain::customer::Person;
use domain::effect::{Answer, EffectState};
use domain::mail::{MailSecurity, MailSends, MailSettings};
use domain::plan::{AfterGrace, Expiry, Frequency, PastDuePolicy, Terms};
use domain::{CustomerId, Instant};
use protocol::agreements::GetAgreements;
use protocol::customers::{CreateCustomer, EditCustomer};
use protocol::data::EraseCustomer;
use protocol::enrollments::{CancelAtPeriodEnd, CancelNow, PauseEnrollment, ResumeEnrollment, UndoCancel};
use protocol::keeping::{GetLog, ListTasks, Thing};
use protocol::mail::*;
use protocol::practice::{WayOut, WhoAmI};
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

fn settings() -> MailSettings {
    MailSettings {
        server: "mail.example.com".into(),
        port: 465,
        security: MailSecurity::Tls,
        user: String::new(),
        from: "hello@larkspur.example".into(),
        reply_to: String::new(),
        sends: MailSends::default(),
    }
}

async fn sends_mail(front: &Front, sends: MailSends) {
    front.does(SaveMail { settings: Some(MailSettings { sends, ..settings() }) }).await;
}

async fn on_file(front: &Front, name: &str, email: &str) -> CustomerId {
    let person = Person { name: name.into(), email: email.into(), ..Person::default() };
    front.does(CreateCustomer { person }).await.customer.id
}

async fn queue(front: &Front, part: QueuePart) -> Vec<EffectView> {
    front.does(ListQueue { part, ..ListQueue::default() }).await.rows
}

async fn titles(front: &Front, part: QueuePart) -> Vec<String> {
    queue(front, part).await.into_iter().map(|row| row.title).collect()
}

async fn next(front: &Front) -> Option<Letter> {
    front.desk.next_letter().await.unwrap().map(|out| out.letter)
}

async fn answers(front: &Front, letter: &Letter, answer: Answer) {
    front.desk.letter_answered(letter.id, &letter.to, answer).await.unwrap();
}

async fn sends_all(front: &Front) -> Vec<Letter> {
    let mut sent = Vec::new();
    while let Some(letter) = next(front).await {
        answers(front, &letter, Answer::Accepted("250 OK".into())).await;
        sent.push(letter);
    }
    sent
}

#[tokio::test]
async fn a_membership_writes_to_its_member_and_to_nobody_without_an_address() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    sends_mail(front, MailSends::default()).await;
    let plan = front.offers("Gold", gold()).await;
    let ana = on_file(front, "Ana <b>Ruiz</b>", "ana@example.com").await;
    let silent = front.puts_on_file("Sam").await;

    let held = front.enrolls(ana, plan, cash(10_800)).await.enrollment.id;
    front.enrolls(silent, plan, cash(10_800)).await;
    front.does(PauseEnrollment { id: held, until: None }).await;
    assert_eq!(
        titles(front, QueuePart::Waiting).await,
        ["Welcome to Gold to ana@example.com", "Gold is paused to ana@example.com"]
    );
    assert_eq!(front.does(WhoAmI {}).await.session.unwrap().waiting, 2);

    let sent = sends_all(front).await;
    let welcome = &sent[0];
    assert_eq!((welcome.subject.as_str(), welcome.to.as_str()), ("Welcome to Gold", "ana@example.com"));
    assert!(welcome.text.starts_with("Hello Ana <b>Ruiz</b>,"), "{}", welcome.text);
    assert!(welcome.text.contains("$100.00 a month"), "{}", welcome.text);
    assert!(welcome.html.contains("Ana &lt;b&gt;Ruiz&lt;/b&gt;"), "{}", welcome.html);
    for letter in &sent {
        assert!(letter.text.contains(&letter.from_name) && letter.html.contains(&letter.from_name));
    }
    assert_eq!(titles(front, QueuePart::Waiting).await, [""; 0]);
    assert_eq!(
        titles(front, QueuePart::Done).await,
        ["Gold is paused to ana@example.com", "Welcome to Gold to ana@example.com"]
    );

    // What no longer holds when its turn comes is not said.
    front.does(ResumeEnrollment { id: held }).await;
    front.does(CancelAtPeriodEnd { id: held, reason: String::new(), override_minimum: false }).await;
    front.does(UndoCancel { id: held }).await;
    let subjects: Vec<String> = sends_all(front).await.into_iter().map(|sent| sent.subject).collect();
    assert_eq!(subjects, ["Gold goes on", "Gold does not end"]);
    let not_sent = queue(front, QueuePart::NotSent).await;
    assert_eq!(not_sent[0].answer.as_deref(), Some("The cancellation was taken back before this was sent."));
    front.is_healthy().await;
}

#[tokio::test]
async fn each_kind_can_be_switched_off() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let none = MailSends {
        welcome: false,
        paused: false,
        resumed: false,
        cancelled: false,
        late: false,
        card: false,
        receipts: false,
        expiring_days: None,
        renewal_days: None,
    };
    sends_mail(front, none).await;
    let plan = front.offers("Gold", gold()).await;
    let ana = on_file(front, "Ana", "ana@example.com").await;
    let held = front.enrolls(ana, plan, cash(10_800)).await.enrollment.id;
    front.does(PauseEnrollment { id: held, until: None }).await;
    shop.days_pass(20).await;
    front.signs_in_again().await;
    assert_eq!(titles(front, QueuePart::Waiting).await, [""; 0]);

    sends_mail(front, MailSends { receipts: true, ..none }).await;
    let facial = front.sells("Facial", 5_000).await;
    let ticket = front.rings_up(Some(ana), facial, 1).await;
    front.rings_up(None, facial, 1).await;
    assert_eq!(
        titles(front, QueuePart::Waiting).await,
        [format!("Receipt {} to ana@example.com", ticket.number)]
    );
}

#[tokio::test]
async fn a_receipt_is_sent_when_asked_for_also_to_another_address() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 5_000).await;
    let ana = on_file(front, "Ana", "ana@example.com").await;
    let sold = front.rings_up(Some(ana), facial, 1).await;
    let walk_in = front.rings_up(None, facial, 2).await;
    let ask =
        |ticket, to: Option<&str>| AskMail { what: Wanted::Receipt { ticket }, to: to.map(str::to_owned) };
    assert_eq!(front.may_not(ask(sold.id, None)).await, "mail_not_set_up");
    sends_mail(front, MailSends::default()).await;
    assert_eq!(front.may_not(ask(walk_in.id, None)).await, "invalid");
    assert_eq!(front.may_not(ask(walk_in.id, Some("nobody"))).await, "invalid");

    front.does(ask(sold.id, None)).await;
    front.does(ask(sold.id, Some("work@example.com"))).await;
    front.does(ask(walk_in.id, Some("someone@example.com"))).await;
    let key = front.desk.fresh_key();
    let once = front.asks_as(ask(sold.id, None), key).await.unwrap();
    assert_eq!(front.asks_as(ask(sold.id, None), key).await.unwrap(), once);

    let sent = sends_all(front).await;
    let to: Vec<&str> = sent.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, ["ana@example.com", "work@example.com", "someone@example.com", "ana@example.com"]);
    assert!(sent[0].text.contains("Facial") && sent[0].text.contains("$50.00"), "{}", sent[0].text);
    assert!(sent[2].html.contains("2 × Facial"), "{}", sent[2].html);
    // Who reads it at another address is not greeted as Ana.
    assert!(!sent[1].text.contains("Hello"), "{}", sent[1].text);
    let log = front.does(GetLog { about: Thing::Customer(ana), after: None, limit: None }).await.entries;
    assert!(
        log.iter().any(|entry| entry.text == "E-mail asked for to work@example.com: the receipt."),
        "{log:?}"
    );
    // Of nobody on file the address is in no record.
    let log = front.does(GetLog { about: Thing::Ticket(walk_in.id), after: None, limit: None }).await.entries;
    assert!(log.iter().any(|entry| entry.text == "E-mail asked for: the receipt."), "{log:?}");
}

#[tokio::test]
async fn a_charge_has_a_receipt_that_is_shown_kept_and_sent() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    sends_mail(front, MailSends::default()).await;
    let plan = front.offers("Gold", gold()).await;
    let ana = on_file(front, "Ana", "ana@example.com").await;
    let enrolled = front.enrolls(ana, plan, cash(10_900)).await;
    let taken = enrolled.receipt.unwrap();
    assert_eq!((taken.change.minor(), taken.email.as_str()), (100, "ana@example.com"));
    let (enrollment, number) = (enrolled.enrollment.id, taken.number.clone());
    assert_eq!(front.does(GetChargeReceipt { enrollment, number: number.clone() }).await, taken);

    let file = front.does(GetChargeReceiptPdf { enrollment, number: number.clone() }).await;
    assert_eq!(file.name, format!("Receipt {number}.pdf"));
    front
        .does(AskMail { what: Wanted::ChargeReceipt { enrollment, number: number.clone() }, to: None })
        .await;
    let record = front.does(GetAgreements { enrollment }).await.agreements[0].record;
    front.does(AskMail { what: Wanted::Agreement { enrollment, record }, to: None }).await;
    let sent = sends_all(front).await;
    assert_eq!(sent.len(), 3);
    assert!(sent[1].subject.starts_with(&format!("Receipt {number} from ")));
    assert!(sent[1].text.contains("Gold, ") && sent[1].text.contains("$108.00"), "{}", sent[1].text);
    assert!(sent[2].text.contains("How: In person") && sent[2].text.contains("collected at the counter"));
    assert_eq!(front.may_not(GetChargeReceipt { enrollment, number: "Z-1".into() }).await, "not_found");
}

#[tokio::test]
async fn a_person_is_written_to_in_order_and_others_do_not_wait_for_them() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    sends_mail(front, MailSends::default()).await;
    let plan = front.offers("Gold", gold()).await;
    let ana = on_file(front, "Ana", "ana@example.com").await;
    let ben = on_file(front, "Ben", "ben@example.com").await;
    let held = front.enrolls(ana, plan, cash(10_800)).await.enrollment.id;
    front.does(PauseEnrollment { id: held, until: None }).await;
    front.enrolls(ben, plan, cash(10_800)).await;

    let first = next(front).await.unwrap();
    assert_eq!(first.subject, "Welcome to Gold");
    // While it is on its way the second to Ana waits, and Ben's goes.
    let second = next(front).await.unwrap();
    assert_eq!(second.to, "ben@example.com");
    assert_eq!(next(front).await, None);
    answers(front, &first, Answer::Later("451 try later".into())).await;
    answers(front, &second, Answer::Accepted("250 OK".into())).await;
    assert_eq!(next(front).await, None);
    let waiting = queue(front, QueuePart::Waiting).await;
    assert_eq!(waiting[0].answer.as_deref(), Some("451 try later"));
    let second = front.does(GetEffect { id: waiting[1].id }).await;
    assert!(second.because.iter().any(|why| why.contains("before goes first")), "{second:?}");
    assert_eq!(second.letter.unwrap().subject, "Gold is paused");

    shop.clock().passes(2 * 60_000);
    let again = next(front).await.unwrap();
    // Frozen: word for word, with the same number and date.
    assert_eq!(again, first);
    answers(front, &again, Answer::Accepted("250 OK".into())).await;
    assert_eq!(next(front).await.unwrap().subject, "Gold is paused");
}

#[tokio::test]
async fn what_was_refused_for_good_is_shown_and_can_be_tried_again_or_dropped() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    sends_mail(front, MailSends::default()).await;
    let plan = front.offers("Gold", gold()).await;
    let ana = on_file(front, "Ana", "anna@example.com").await;
    front.enrolls(ana, plan, cash(10_800)).await;
    let letter = next(front).await.unwrap();
    answers(front, &letter, Answer::Refused("550 no such mailbox".into())).await;
    assert_eq!(next(front).await, None);
    let session = front.does(WhoAmI {}).await.session.unwrap();
    assert_eq!((session.waiting, session.refused), (0, 1));
    let refused = queue(front, QueuePart::Refused).await.remove(0);
    assert_eq!((refused.can_retry, refused.can_cancel), (true, true));

    // The address is put right; it is worked out anew.
    let person = Person { name: "Ana".into(), email: "ana@example.com".into(), ..Person::default() };
    front.does(EditCustomer { id: ana, person }).await;
    front.signs_in(ROSA).await;
    assert_eq!(front.does(RetryEffect { id: refused.id }).await.state, EffectState::Waiting);
    let letter = next(front).await.unwrap();
    assert_eq!((letter.to.as_str(), letter.id), ("ana@example.com", refused.id));
    assert_eq!(front.may_not(CancelEffect { id: refused.id }).await, "not_now");
    answers(front, &letter, Answer::Refused("550 no".into())).await;
    let dropped = front.does(CancelEffect { id: refused.id }).await;
    assert_eq!(dropped.state, EffectState::Superseded);
    assert_eq!(dropped.answer.as_deref(), Some("Cancelled by Rosa Lindqvist, after: 550 no"));
    assert_eq!(front.may_not(RetryEffect { id: refused.id }).await, "not_now");
    assert_eq!(front.does(WhoAmI {}).await.session.unwrap().refused, 0);
}

#[tokio::test]
async fn what_was_on_its_way_at_a_crash_is_sent_once_more_and_not_a_third_time() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    sends_mail(front, MailSends::default()).await;
    let plan = front.offers("Gold", gold()).await;
    let ana = on_file(front, "Ana", "ana@example.com").await;
    front.enrolls(ana, plan, cash(10_800)).await;
    let letter = next(front).await.unwrap();
    // The program ends here, and starts again.
    front.desk.post_begins().await.unwrap();
    shop.clock().passes(2 * 60_000);
    assert_eq!(next(front).await.unwrap(), letter);
    front.desk.post_begins().await.unwrap();
    shop.clock().passes(90 * 60_000);
    assert_eq!(next(front).await, None);
    front.signs_in_again().await;
    let refused = queue(front, QueuePart::Refused).await.remove(0);
    let told = front.does(GetEffect { id: refused.id }).await;
    assert!(told.because.iter().any(|why| why.contains("lost twice")), "{told:?}");
    front.does(RetryEffect { id: refused.id }).await;
    assert_eq!(next(front).await.unwrap(), letter);
}

#[tokio::test]
async fn a_server_that_is_not_reached_holds_the_line_and_nobodys_mail_is_to_blame() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    sends_mail(front, MailSends::default()).await;
    let plan = front.offers("Gold", gold()).await;
    for name in ["ana", "ben"] {
        let person = on_file(front, name, &format!("{name}@example.com")).await;
        front.enrolls(person, plan, cash(10_800)).await;
    }
    let way_out = async || front.does(WhoAmI {}).await.session.unwrap().way_out;
    assert_eq!(way_out().await, WayOut::Untried);
    let letter = next(front).await.unwrap();
    answers(front, &letter, Answer::NotReached("connection refused".into())).await;
    assert_eq!(way_out().await, WayOut::NotReached);
    assert_eq!(next(front).await, None);
    let page = front.does(ListQueue::default()).await;
    assert!(
        matches!(&page.line, LineView::Broken { said, .. } if said == "connection refused"),
        "{:?}",
        page.line
    );
    assert_eq!(page.rows[0].attempts, 0);
    // A person who knows that it works again need not wait.
    front.does(RetryEffect { id: page.rows[0].id }).await;
    assert_eq!(sends_all(front).await.len(), 2);
    assert_eq!(front.does(ListQueue::default()).await.line, LineView::Open);
    assert_eq!(way_out().await, WayOut::Reached);
}

#[tokio::test]
async fn erasing_somebody_takes_their_mail_along() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    sends_mail(front, MailSends::default()).await;
    let plan = front.offers("Gold", gold()).await;
    let ana = on_file(front, "Ana Ruiz", "ana@example.com").await;
    let held = front.enrolls(ana, plan, cash(10_800)).await.enrollment.id;
    let on_its_way = next(front).await.unwrap();
    let record = front.does(GetAgreements { enrollment: held }).await.agreements[0].record;
    front
        .does(AskMail {
            what: Wanted::Agreement { enrollment: held, record },
            to: Some("secret@example.com".into()),
        })
        .await;
    let cancel =
        CancelNow { id: held, reason: "asked".into(), refund: domain::Money::ZERO, override_minimum: true };
    front.does(cancel).await;
    assert_eq!(queue(front, QueuePart::Waiting).await.len(), 3);
    front.does(EraseCustomer { customer: ana, name: "Ana Ruiz".into() }).await;
    for part in QueuePart::ALL {
        assert_eq!(titles(front, part).await, [""; 0]);
    }
    // What was on its way is answered for nobody, and that is well.
    answers(front, &on_its_way, Answer::Accepted("250 OK".into())).await;
    let log = front.does(GetLog { about: Thing::Enrollment(held), after: None, limit: None }).await.entries;
    assert!(!format!("{log:?}").contains("secret@example.com"));
    assert_eq!(
        front.may_not(AskMail { what: Wanted::Agreement { enrollment: held, record }, to: None }).await,
        "invalid"
    );
    front.is_healthy().await;
}

#[tokio::test]
async fn the_daily_round_reminds_of_credit_and_of_renewals_once() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    sends_mail(front, MailSends { welcome: false, late: false, ..MailSends::default() }).await;
    let mut monthly = gold();
    monthly.credits[0].expiry = Expiry::PeriodEnd;
    let plan = front.offers("Gold", monthly).await;
    let yearly = Terms { frequency: Frequency::Annual, credits: Vec::new(), ..gold() };
    let yearly = front.offers("Yearly", yearly).await;
    let ana = on_file(front, "Ana", "ana@example.com").await;
    front.enrolls(ana, plan, cash(10_800)).await;
    let ben = on_file(front, "Ben", "ben@example.com").await;
    front.enrolls(ben, yearly, cash(10_800)).await;
    front.desk.daily_round().await.unwrap();
    assert_eq!(titles(front, QueuePart::Waiting).await, [""; 0]);

    shop.days_pass(25).await;
    for _ in 0..2 {
        front.desk.daily_round().await.unwrap();
        shop.days_pass(1).await;
    }
    let sent = sends_all(front).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].subject.starts_with("Credit of Gold expires on "), "{}", sent[0].subject);
    assert!(sent[0].text.contains("Service credit: $"), "{}", sent[0].text);

    shop.days_pass(310).await;
    front.signs_in_again().await;
    front.desk.daily_round().await.unwrap();
    front.desk.daily_round().await.unwrap();
    let subjects: Vec<String> = sends_all(front).await.into_iter().map(|sent| sent.subject).collect();
    assert_eq!(subjects.len(), 1, "{subjects:?}");
    assert!(subjects[0].starts_with("Yearly renews on "), "{subjects:?}");
    front.is_healthy().await;
}

#[tokio::test]
async fn only_a_manager_sets_how_mail_is_sent() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    front.signs_in(ROSA).await;
    assert_eq!(front.may_not(SaveMail { settings: None }).await, "needs_manager");
    front.signs_in(DANA).await;
    let wrong = |change: fn(&mut MailSettings)| {
        let mut settings = settings();
        change(&mut settings);
        SaveMail { settings: Some(settings) }
    };
    for request in [
        wrong(|settings| settings.from.clear()),
        wrong(|settings| settings.from = "nobody".into()),
        wrong(|settings| settings.server = "https://mail.example.com".into()),
        wrong(|settings| settings.port = 0),
        wrong(|settings| settings.sends.expiring_days = Some(0)),
    ] {
        assert_eq!(front.may_not(request).await, "invalid");
    }
    let saved = front.does(SaveMail { settings: Some(settings()) }).await;
    assert_eq!(saved.practice.mail, Some(settings()));
    let letter = front.desk.test_letter("dana@example.com").unwrap().letter;
    assert_eq!(letter.to, "dana@example.com");
    assert!(letter.date_millis > Instant::from_millis(0).millis());
}

/// Nobody was there when it happened: a renewal that was not paid, a pause that was over, an end for want of payment.
#[tokio::test]
async fn what_the_calendar_does_by_itself_is_told_once() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    sends_mail(front, MailSends { welcome: false, ..MailSends::default() }).await;
    let past_due = PastDuePolicy { grace_days: 7, afterwards: AfterGrace::Cancels };
    let plan = front.offers("Gold", Terms { past_due, ..gold() }).await;
    let ana = on_file(front, "Ana", "ana@example.com").await;
    let held = front.enrolls(ana, plan, cash(10_800)).await.enrollment.id;
    front.does(PauseEnrollment { id: held, until: None }).await;
    let paused = sends_all(front).await.remove(0);
    assert!(paused.text.contains("it does so by itself on 10 Jun 2026"), "{}", paused.text);

    shop.days_pass(90).await;
    front.desk.daily_round().await.unwrap();
    front.desk.daily_round().await.unwrap();
    assert_eq!(titles(front, QueuePart::Waiting).await, ["Gold goes on to ana@example.com"]);
    assert_eq!(told(front, ana).await[0], "The pause was over: it goes on since 10 Jun.");
    sends_all(front).await;

    // 12 April and 90 days frozen: 11 July. The day itself is still hers.
    shop.days_pass(31).await;
    front.desk.daily_round().await.unwrap();
    assert_eq!(front.sees(held).await.owed.minor(), 10_800);
    assert_eq!(titles(front, QueuePart::Waiting).await, [""; 0]);
    shop.days_pass(1).await;
    front.desk.daily_round().await.unwrap();
    front.desk.daily_round().await.unwrap();
    let late = sends_all(front).await;
    assert_eq!(late.len(), 1);
    assert!(
        late[0].text.contains("was due on 11 Jul 2026 and is not paid yet. Please pay $108.00")
            && late[0].text.contains("Your benefits stay through 18 Jul 2026."),
        "{}",
        late[0].text
    );

    shop.days_pass(7).await;
    front.desk.daily_round().await.unwrap();
    front.desk.daily_round().await.unwrap();
    let ended = sends_all(front).await;
    assert_eq!(ended.len(), 1);
    assert!(ended[0].text.contains("ended on 19 Jul 2026, because it was not paid."), "{}", ended[0].text);
    assert_eq!(
        told(front, ana).await[0],
        "Ended on 19 Jul: a renewal was not paid. $108.00 was not collected."
    );
    let view = front.sees(held).await;
    assert_eq!(view.ended_because.as_deref(), Some("a renewal was not paid"));
    let tasks = front.does(ListTasks { closed: false }).await;
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].title, "A membership ended unpaid");
    assert_eq!(
        tasks[0].text,
        "$108.00 was due and not collected when it ended. It is about Gold of Ana. Nobody is asked for it by itself: \
         sell a fee of that amount when they come, or let it go."
    );
    assert!(tasks[0].about.contains(&Thing::Customer(ana)));
    front.is_healthy().await;
}

async fn told(front: &Front, customer: CustomerId) -> Vec<String> {
    let log = front.does(GetLog { about: Thing::Customer(customer), after: None, limit: None }).await;
    let told = log.entries.into_iter().map(|entry| entry.text);
    told.filter(|text| !text.starts_with("Reminder") && !text.contains("refresh")).collect()
}
