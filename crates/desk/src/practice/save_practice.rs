use crate::check::{Check, TEXT};
use crate::images;
use crate::op::Op;
use crate::refusal::Result;
use domain::Rate;
use domain::practice::{Practice, ReceiptText};
use domain::record::Change;
use protocol::practice::{PracticeView, SavePractice};

/// Changes what the practice is called and how it works; its currency and time zone are for ever.
pub(crate) async fn save_practice(op: &mut Op<'_>, request: SavePractice) -> Result<PracticeView> {
    let mut check = Check::default();
    let name = check.name("name", "The practice's name", &request.name);
    let header = check.text("receipt.header", "The receipt's header", &request.receipt.header, TEXT);
    let footer = check.text("receipt.footer", "The receipt's footer", &request.receipt.footer, TEXT);
    check.require(
        "lock_after_minutes",
        (1..=240).contains(&request.lock_after_minutes),
        "The program locks after 1 to 240 idle minutes.",
    );
    check.price("refund_limit", "The refund limit", request.refund_limit);
    check.require(
        "discount_limit",
        request.discount_limit <= Rate::percent(100),
        "What may be taken off by hand is from 0 to 100 %.",
    );
    check.require(
        "credit_outlives_days",
        request.credit_outlives_days <= 3_660,
        "Credit lives on for 0 to 3,660 days after the end.",
    );
    let before = op.here.ground.practice()?.clone();
    if let Some(hash) = request.logo.as_deref().filter(|hash| before.logo.as_deref() != Some(hash)) {
        let kept = images::known(op.conn().await?, hash).await?;
        check.require("logo", kept, "The picture is not here any more. Choose it again.");
    }
    check.done()?;
    let practice = Practice {
        name,
        customer_word: request.customer_word,
        receipt: ReceiptText { header, footer },
        lock_after_minutes: request.lock_after_minutes,
        refund_limit: request.refund_limit,
        discount_limit: request.discount_limit,
        credit_outlives_days: request.credit_outlives_days,
        logo: request.logo,
        ..before
    };
    op.write(vec![Change::PracticeSaved(Box::new(practice))]).await?;
    super::view(&op.here.ground)
}
