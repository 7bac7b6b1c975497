//! One thing done to many memberships: looked at first, done in parts, nothing half done and nothing twice.

use domain::customer::Person;
use domain::mail::{MailSecurity, MailSends, MailSettings};
use domain::{EnrollmentId, Money, PlanId};
use protocol::customers::CreateCustomer;
use protocol::enrollments::{EffectiveFrom, StatusView};
use protocol::mail::{ListQueue, QueuePart, SaveMail};
use protocol::many::*;
use protocol::members::{ExportFormat, ExportMembers, ListMembers, StatusFilter};
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

async fn ids(front: &Front, filters: ListMembers) -> Vec<EnrollmentId> {
    front.does(ListMemberIds { filters, once_per_person: false }).await.ids
}

async fn member(front: &Front, name: &str, email: &str, plan: PlanId) -> EnrollmentId {
    let person = Person { name: name.into(), email: email.into(), ..Person::default() };
    let customer = front.does(CreateCustomer { person }).await.customer.id;
    front.enrolls(customer, plan, cash(10_800)).await.enrollment.id
}

#[tokio::test]
async fn many_are_paused_and_who_cannot_be_is_named() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let settings = MailSettings {
        server: "mail.example.com".into(),
        port: 465,
        security: MailSecurity::Tls,
        user: String::new(),
        from: "hello@larkspur.example".into(),
        reply_to: String::new(),
        sends: MailSends { welcome: false, ..MailSends::default() },
    };
    front.does(SaveMail { settings: Some(settings) }).await;
    let plan = front.offers("Gold", gold()).await;
    let ana = member(front, "Ana", "ana@example.com", plan).await;
    let ben = member(front, "Ben", "", plan).await;
    let cleo = member(front, "Cleo", "", plan).await;
    let all = ids(front, ListMembers::default()).await;
    assert_eq!(all.len(), 3);
    let until = Some(shop.today().plus_days(30));
    let action = ManyAction::Pause { until };
    front.does(DoMany { ids: vec![cleo], action: action.clone() }).await;

    front.signs_in(ROSA).await;
    let before = front.everything().await;
    let preview = front.does(PreviewMany { ids: all.clone(), action: action.clone() }).await;
    assert_eq!(front.everything().await, before, "a look changes nothing");
    assert_eq!(preview.works, [ana, ben]);
    assert_eq!(
        (preview.left_out.len(), preview.left_out[0].names.as_slice()),
        (1, ["Cleo".to_owned()].as_slice())
    );
    assert_eq!((preview.mailed, preview.changes[0].count, preview.changes[0].what.as_str()), (1, 2, "Gold"));

    let key = front.desk.fresh_key();
    let request = DoMany { ids: all.clone(), action: action.clone() };
    let done = front.asks_as(request.clone(), key).await.unwrap();
    assert_eq!((done.done, done.left_out[0].count), (2, 1));
    let seq = front.everything().await;
    // Sent again, it is answered and not done again.
    assert_eq!(front.asks_as(request, key).await.unwrap(), done);
    assert_eq!(front.everything().await, seq);
    for id in [ana, ben, cleo] {
        assert!(matches!(front.sees(id).await.status, StatusView::Paused { until: day } if day == until));
    }
    let queued = front.does(ListQueue { part: QueuePart::Waiting, ..ListQueue::default() }).await.rows;
    assert_eq!(queued.len(), 1);
    front.is_healthy().await;
}

#[tokio::test]
async fn terms_are_updated_as_they_were_shown_and_by_a_manager() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", gold()).await;
    let mut held = Vec::new();
    for nth in 0..3 {
        held.push(member(front, &format!("Member {nth}"), "", plan).await);
        shop.days_pass(1).await;
    }
    let action = |shown| ManyAction::UpdateTerms { from: EffectiveFrom::NextBilling, shown };
    let same = front.does(PreviewMany { ids: held.clone(), action: action(Vec::new()) }).await;
    assert_eq!((same.works.len(), same.left_out[0].count), (0, 3));

    let dearer = |price| domain::plan::Terms { price: Money::from_minor(price), ..gold() };
    front.changes_terms(plan, dearer(12_000)).await;
    let preview = front.does(PreviewMany { ids: held.clone(), action: action(Vec::new()) }).await;
    let change = &preview.changes[0];
    assert_eq!((change.what.as_str(), change.count), ("Gold, version 1 to 2", 3));
    assert_eq!(change.prices, Some((Money::from_minor(10_000), Money::from_minor(12_000))));
    assert!(change.first < change.last, "each from its own next billing");
    assert_eq!(preview.versions, [(plan, 2)]);

    front.signs_in(ROSA).await;
    let request = DoMany { ids: held.clone(), action: action(preview.versions.clone()) };
    assert_eq!(front.may_not(request.clone()).await, "needs_manager");
    front.signs_in(DANA).await;
    // Sold under yet other terms by now: nobody gets what was not shown.
    front.changes_terms(plan, dearer(15_000)).await;
    let done = front.does(request).await;
    assert_eq!((done.done, done.left_out[0].count), (0, 3));
    front.signs_in(ROSA).await;
    let request = DoMany { ids: held.clone(), action: action(vec![(plan, 3)]) };
    front.asks_approved(request, DANA).await.unwrap();
    front.signs_in(DANA).await;
    assert_eq!(front.sees(held[0]).await.pending_terms.unwrap().price, Money::from_minor(15_000));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_message_goes_once_to_each_person_with_an_address() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", gold()).await;
    let other = front.offers("Silver", gold()).await;
    let ana = member(front, "Ana", "ana@example.com", plan).await;
    let customer = front.sees(ana).await.customer;
    front.enrolls(customer, other, cash(10_800)).await;
    member(front, "Ben", "", plan).await;
    let write = WriteMessage {
        subject: "Summer <hours>".into(),
        text: "We close at six.\nSee you!".into(),
        people: 1,
        only: Some(ana),
    };
    assert_eq!(front.may_not(write.clone()).await, "mail_not_set_up");
    let settings = MailSettings {
        server: "mail.example.com".into(),
        port: 465,
        security: MailSecurity::Tls,
        user: String::new(),
        from: "hello@larkspur.example".into(),
        reply_to: String::new(),
        sends: MailSends::default(),
    };
    front.does(SaveMail { settings: Some(settings) }).await;
    let people =
        front.does(ListMemberIds { filters: ListMembers::default(), once_per_person: true }).await.ids;
    assert_eq!(people.len(), 2);
    let looks = ManyAction::Mail { message: None };
    let preview = front.does(PreviewMany { ids: people.clone(), action: looks.clone() }).await;
    assert_eq!(
        (preview.works.len(), preview.left_out[0].names.as_slice()),
        (1, ["Ben".to_owned()].as_slice())
    );
    assert_eq!(front.may_not(DoMany { ids: people.clone(), action: looks }).await, "not_found");
    assert_eq!(front.may_not(WriteMessage { subject: " ".into(), ..write.clone() }).await, "invalid");
    let message = Some(front.does(write).await.message);
    let done = front.does(DoMany { ids: people, action: ManyAction::Mail { message } }).await;
    assert_eq!((done.done, done.left_out[0].count), (1, 1));
    let letter = front.desk.next_letter().await.unwrap().unwrap().letter;
    assert_eq!((letter.subject.as_str(), letter.to.as_str()), ("Summer <hours>", "ana@example.com"));
    assert!(letter.text.starts_with("Hello Ana,\n\nWe close at six.\nSee you!"), "{}", letter.text);
    assert!(letter.html.contains("We close at six.<br>See you!"));
    front.is_healthy().await;
}

#[tokio::test]
async fn five_thousand_members_in_parts() {
    let shop = Shop::opens().await;
    shop.is_joined_by(5_000).await;
    let front = &shop.front;
    let filters = ListMembers { status: Some(StatusFilter::Active), ..ListMembers::default() };
    let all = ids(front, filters).await;
    assert_eq!(all.len(), 5_000);
    let too_many = PreviewMany { ids: all.clone(), action: ManyAction::Pause { until: None } };
    assert_eq!(front.may_not(too_many).await, "invalid");
    let mut preview = ManyPreview::default();
    for part in all.chunks(TOGETHER) {
        let looked = PreviewMany { ids: part.to_vec(), action: ManyAction::Pause { until: None } };
        preview.merge(front.does(looked).await);
    }
    assert_eq!((preview.works.len(), preview.left_out.len()), (5_000, 0));
    let mut done = 0;
    for part in preview.works.chunks(TOGETHER) {
        let request = DoMany { ids: part.to_vec(), action: ManyAction::Pause { until: None } };
        done += front.does(request).await.done;
    }
    assert_eq!(done, 5_000);
    let paused = ListMembers { status: Some(StatusFilter::Paused), ..ListMembers::default() };
    assert_eq!(ids(front, paused).await.len(), 5_000);
}

#[tokio::test]
async fn those_chosen_are_taken_out_as_a_file() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", gold()).await;
    let ana = member(front, "Ana", "", plan).await;
    member(front, "Ben", "", plan).await;
    let request = ExportMembers {
        filters: ListMembers::default(),
        only: vec![ana],
        but: Vec::new(),
        format: ExportFormat::Csv,
    };
    let text = read(&front.does(request.clone()).await);
    assert!(text.contains("Ana") && !text.contains("Ben"), "{text}");
    let others = ExportMembers { only: Vec::new(), but: vec![ana], ..request };
    let text = read(&front.does(others).await);
    assert!(text.contains("Ben") && !text.contains("Ana"), "{text}");
}

fn read(file: &protocol::receipt::FileMade) -> String {
    use base64::Engine;
    String::from_utf8(base64::prelude::BASE64_STANDARD.decode(&file.base64).unwrap()).unwrap()
}
