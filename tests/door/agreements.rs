//! What people agree to: recorded wherever it is asked, with what they signed, and shown again as it was.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::checkout::PlanSale;
use domain::plan::{Family, Terms};
use domain::{CustomerId, EnrollmentId, ImageHash, LineId, Money, PlanId};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use protocol::agreements::*;
use protocol::customers::MergeCustomers;
use protocol::data::{EraseCustomer, ExportPerson, PersonFormat, PreviewErase};
use protocol::enrollments::*;
use protocol::plans::GetPlan;
use protocol::tickets::{DraftLine, SellsPlan};
use std::io::Cursor;
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

/// A line drawn with a pen that is `thick`, on nothing.
fn drawn(thick: u32) -> String {
    let ink = |x: u32, y: u32| Rgba([20, 20, 30, if (y * 3).abs_diff(x) < thick { 255 } else { 0 }]);
    let image = DynamicImage::from(RgbaImage::from_fn(300, 100, ink));
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    BASE64_STANDARD.encode(file.into_inner())
}

/// A scanned page.
fn page() -> String {
    let image = DynamicImage::from(RgbaImage::from_pixel(1_654, 2_339, Rgba([250, 248, 240, 255])));
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    BASE64_STANDARD.encode(file.into_inner())
}

async fn signs(front: &Front, customer: CustomerId, thick: u32) -> ImageHash {
    front.does(StoreSigned { customer, base64: drawn(thick), instead_of: None }).await.picture
}

async fn is_kept(front: &Front, picture: ImageHash) -> bool {
    front.asks(ReadSigned { picture }).await.is_ok()
}

async fn agreed(front: &Front, enrollment: EnrollmentId) -> Vec<Agreement> {
    front.does(GetAgreements { enrollment }).await.agreements
}

async fn enrolls_by(front: &Front, customer: CustomerId, plan: PlanId, consent: Consent) -> EnrollmentId {
    let request = front.enrollment_of(customer, plan, cash(10_800)).await;
    front.does(Enroll { consent, ..request }).await.enrollment.id
}

fn costing(minor: i64) -> Terms {
    Terms { price: Money::from_minor(minor), ..gold() }
}

#[tokio::test]
async fn every_place_that_asks_records_how_they_agreed_and_to_which_words() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ava, ben) = (front.puts_on_file("Ava Moreau").await, front.puts_on_file("Ben Okafor").await);
    let gold_plan = front.offers("Gold", gold()).await;
    let platinum = front.offers("Platinum", costing(20_000)).await;

    // Enrolling, with a signature on the screen.
    front.signs_in(ROSA).await;
    let signature = signs(front, ava, 9).await;
    let id = enrolls_by(front, ava, gold_plan, Consent::OnScreen { signature }).await;

    // Other terms, in person, allowed by the owner.
    shop.days_pass(2).await;
    front.signs_in(DANA).await;
    front.changes_terms(gold_plan, costing(12_000)).await;
    let row = front.does(PreviewUpdateTerms { ids: vec![id], from: EffectiveFrom::Now }).await.rows.remove(0);
    front.signs_in(ROSA).await;
    let update =
        UpdateTerms { id, to_version: 2, from: EffectiveFrom::Now, consent: Some(Consent::InPerson) };
    front.asks_approved(update, DANA).await.expect("allowed");

    // Another plan, on paper of which a picture is kept.
    let paper = front.does(StoreSigned { customer: ava, base64: page(), instead_of: None }).await;
    assert_eq!((paper.width, paper.height), (1_414, 2_000), "large enough to be read");
    let preview = front.does(PreviewChangePlan { id, plan: platinum }).await;
    let change = ChangePlan {
        id,
        plan: platinum,
        version: 1,
        expected_due: preview.due,
        expected_refund: preview.refund,
        tenders: cash(preview.due.minor()),
        consent: Consent::OnPaper { picture: paper.picture },
    };
    front.does(change).await;

    let all = agreed(front, id).await;
    let told: Vec<(String, &str)> = all.iter().map(|one| (one.title(), one.how_words())).collect();
    assert_eq!(
        told,
        [
            ("Agreement to change to Platinum, version 1".to_owned(), "On signed paper"),
            ("Agreement to the terms of Gold, version 2".to_owned(), "In person"),
            ("Agreement to Gold, version 1".to_owned(), "Signed on the screen"),
        ]
    );
    assert!(all.iter().all(|one| one.customer_name == "Ava Moreau" && one.missing_picture().is_none()));
    assert_eq!(all[0].sentences, preview.sentences);
    assert_eq!(all[1].sentences, row.sentences);
    assert_eq!(
        all[1].sentences[..2],
        [
            "From 14 Mar 2026 the terms of Gold are those of version 2 in place of version 1.",
            "$129.60 a month (with $9.60 tax), next on 12 Apr 2026, collected at the counter.",
        ]
    );
    assert_eq!(all[1].facts()[3], ("With", "Rosa Lindqvist, allowed by Dana Whitfield, Larkspur".to_owned()));
    // As it was shown then, whatever the plan costs since.
    assert_eq!(all[2].sentences[0], "$108.00 is due on 12 Mar 2026 (with $8.00 tax).");
    assert_eq!(all[2].facts()[1], ("On", "12 Mar 2026, 11:00".to_owned()));
    assert!(all[2].letter().contains("How: Signed on the screen\n") && all[2].letter().contains("- $108.00"));

    // On a ticket.
    let signature = signs(front, ben, 5).await;
    let version = front.does(GetPlan { id: gold_plan }).await.plan.current().number;
    let sale = PlanSale { plan: gold_plan, version, enrollment: EnrollmentId(front.desk.fresh_key().0) };
    let sells = SellsPlan { sale, consent: Consent::OnScreen { signature } };
    let line = DraftLine::of_plan(LineId(front.desk.fresh_key().0), sells);
    front.settles(front.draft(Some(ben), vec![line]), cash(12_960)).await;
    let all = agreed(front, sale.enrollment).await;
    assert_eq!((all.len(), all[0].how), (1, Consent::OnScreen { signature }));

    let pdf = front.does(GetAgreementPdf { enrollment: sale.enrollment, record: all[0].record }).await;
    assert_eq!(pdf.name, "Agreement to Gold, version 2.pdf");
    let text = pdf_extract::extract_text_from_mem(&BASE64_STANDARD.decode(pdf.base64).unwrap()).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["Ben Okafor", "Signed on the screen", "$129.60 is due on 14 Mar 2026", "Signature"] {
        assert!(text.contains(words), "{words} is missing in {text}");
    }
    front.is_healthy().await;
}

#[tokio::test]
async fn who_agreed_is_whoever_held_it_then() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ava, ben) = (front.puts_on_file("Ava Moreau").await, front.puts_on_file("Ben Okafor").await);
    let plan = front.offers("Family", Terms { family: Family::Shared { up_to: 2 }, ..gold() }).await;
    let signature = signs(front, ava, 9).await;
    let id = enrolls_by(front, ava, plan, Consent::OnScreen { signature }).await;
    front.does(AddDependent { id, customer: ben }).await;
    front.does(ChangeHolder { id, to: ben, reason: "Moves away".into(), consent: Consent::InPerson }).await;
    front.changes_terms(plan, Terms { family: Family::Shared { up_to: 2 }, ..costing(9_000) }).await;
    let update =
        UpdateTerms { id, to_version: 2, from: EffectiveFrom::Now, consent: Some(Consent::SignedPaper) };
    front.does(update).await;
    let all = agreed(front, id).await;
    let of: Vec<_> = all.iter().map(|one| (one.title(), one.customer_name.as_str())).collect();
    assert_eq!(
        of,
        [
            ("Agreement to the terms of Family, version 2".to_owned(), "Ben Okafor"),
            ("Agreement to Family, version 1".to_owned(), "Ben Okafor"),
            ("Agreement to Family, version 1".to_owned(), "Ava Moreau"),
        ]
    );
    assert_eq!(
        all[1].sentences[..2],
        [
            "Family, version 1, is held and paid for by you from 12 Mar 2026 on.",
            "$108.00 a month (with $8.00 tax), next on 12 Apr 2026, collected at the counter."
        ]
    );
}

#[tokio::test]
async fn only_what_they_signed_themselves_and_what_is_kept_can_be_agreed_by() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ava, ben) = (front.puts_on_file("Ava Moreau").await, front.puts_on_file("Ben Okafor").await);
    let plan = front.offers("Gold", gold()).await;
    let of_ben = signs(front, ben, 4).await;
    let request = front.enrollment_of(ava, plan, cash(10_800)).await;
    for signature in [of_ben, ImageHash::new([9; 32])] {
        let before = front.everything().await;
        let consent = Consent::OnScreen { signature };
        let refused = front.asks(Enroll { consent, ..request.clone() }).await.unwrap_err();
        assert_eq!(
            refused.message,
            "What was signed is not kept here any more. Have it signed again. No money moved."
        );
        assert_eq!(front.everything().await, before);
    }
    let no_picture = StoreSigned { customer: ava, base64: "bm8gcGljdHVyZQ==".into(), instead_of: None };
    assert_eq!(front.may_not(no_picture).await, "not_a_picture");
    let nobody = StoreSigned { customer: CustomerId(uuid::Uuid::nil()), base64: drawn(3), instead_of: None };
    assert_eq!(front.may_not(nobody).await, "not_found");
}

#[tokio::test]
async fn a_signature_takes_the_place_of_its_first_strokes_and_what_nobody_agreed_by_goes() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ava = front.puts_on_file("Ava Moreau").await;
    let plan = front.offers("Gold", gold()).await;
    let first = signs(front, ava, 3).await;
    let whole =
        front.does(StoreSigned { customer: ava, base64: drawn(6), instead_of: Some(first) }).await.picture;
    assert!(!is_kept(front, first).await && is_kept(front, whole).await);
    let again =
        front.does(StoreSigned { customer: ava, base64: drawn(6), instead_of: Some(whole) }).await.picture;
    assert_eq!(again, whole);
    let left = signs(front, ava, 12).await;
    enrolls_by(front, ava, plan, Consent::OnScreen { signature: whole }).await;
    // What was agreed by is never in the way of another.
    front.does(StoreSigned { customer: ava, base64: drawn(7), instead_of: Some(whole) }).await;
    assert!(is_kept(front, whole).await);

    shop.days_pass(31).await;
    signs(front, ava, 15).await;
    assert!(is_kept(front, whole).await && !is_kept(front, left).await);
}

#[tokio::test]
async fn what_somebody_signed_is_in_their_export_and_goes_with_them() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ava, twin) = (front.puts_on_file("Ava Moreau").await, front.puts_on_file("Ava Moreau").await);
    let plan = front.offers("Gold", gold()).await;
    let signature = signs(front, twin, 9).await;
    let id = enrolls_by(front, twin, plan, Consent::OnScreen { signature }).await;
    front.does(MergeCustomers { keep: ava, duplicate: twin }).await;

    let file = |format| ExportPerson { customer: ava, format };
    let text = |base64: String| String::from_utf8(BASE64_STANDARD.decode(base64).unwrap()).unwrap();
    let html = text(front.does(file(PersonFormat::Html)).await.base64);
    assert!(html.contains("<img src=\"data:image/png;base64,"), "the page shows what was signed");
    let json: serde_json::Value =
        serde_json::from_str(&text(front.does(file(PersonFormat::Json)).await.base64)).unwrap();
    let told = &json["memberships"][0]["agreements"][0];
    assert_eq!(told["how"]["on_screen"]["signature"], signature.to_string());
    assert!(told["signed"].as_str().unwrap().starts_with("data:image/png;base64,"));

    let refund = front.does(PreviewCancelNow { id }).await.refund;
    front.does(CancelNow { id, reason: "Leaves".into(), refund, override_minimum: false }).await;
    let goes = front.does(PreviewErase { customer: ava }).await.goes;
    assert!(goes.contains(&"1 signature or signed paper".to_owned()), "{goes:?}");
    front.does(EraseCustomer { customer: ava, name: "Ava Moreau".into() }).await;
    assert!(!is_kept(front, signature).await);
    let left = agreed(front, id).await.remove(0);
    assert_eq!(left.how, Consent::OnScreen { signature }, "that they agreed, and to what, stays");
    assert_eq!(left.missing_picture(), Some("What was signed is not kept on this desk."));
    assert!(left.customer_name.starts_with("Erased person"), "{}", left.customer_name);
    assert!(front.asks(GetAgreementPdf { enrollment: id, record: left.record }).await.is_ok());
    let after = StoreSigned { customer: ava, base64: drawn(3), instead_of: None };
    assert_eq!(front.may_not(after).await, "erased");
    front.is_healthy().await;
}
