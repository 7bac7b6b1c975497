use super::{Stripe, Who};
use crate::Failure;
use crate::folder::Folder;
use desk::Desk;
use desk::stripe::Errands;
use domain::EffectId;
use protocol::adopting::{
    AdoptAccount, Adopted, Adoption, AdoptionChoices, AdoptionReading, GetAdoption, LookAtAccount,
};
use protocol::mail::{EffectTo, EffectView, GetEffect, ListQueue, QueuePart};
use protocol::stripe::{
    ConnectStripe, GetReconciliation, GetStripe, ReconcileStripe, Reconciliation, StripeConnected,
    StripeKeyView, StripeLine, StripeView,
};
use protocol::{Ask, Request};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use wire::{Base, Client, Kept, carry};

/// What is waited for a pause that Stripe asks for, each time and at most so often.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSES: u32 = 10;
/// Of each part of the queue, so many are told; the rest is counted.
const TOLD: u32 = 500;

/// Speaks with Stripe as the program with the window does, for whoever signed in.
pub async fn stripe(folder: &Folder, what: Stripe) -> Result<Value, Failure> {
    let base = Base::of_environment().map_err(|bad| Failure::new("bad_base", format!("{bad}.")))?;
    let desk = folder.desk().await?;
    let answer = match what {
        Stripe::Connect { key_stdin: _, who } => connect(folder, &desk, base, &who).await,
        Stripe::Push { who } => push(folder, &desk, base, &who).await,
        Stripe::Pull { who } => pull(folder, &desk, base, &who).await,
        Stripe::Reconcile { who } => reconcile(folder, &desk, base, &who).await,
        Stripe::Adopt { preview, everybody, choose, who } => {
            adopt(
                folder,
                &desk,
                base,
                &who,
                preview,
                AdoptionChoices { people: choose, everybody, ..AdoptionChoices::default() },
            )
            .await
        }
        Stripe::Status { who } => status(folder, &desk, base, &who).await,
    };
    desk.close().await?;
    answer
}

async fn connect(folder: &Folder, desk: &Desk, base: Base, who: &Who) -> Result<Value, Failure> {
    who.sign_in(desk).await?;
    let typed = super::read("-".as_ref())?;
    let typed = String::from_utf8_lossy(&typed).trim().to_owned();
    allowed(desk, ConnectStripe { key: typed.clone() }).await?;
    let checked = wire::check(desk, base.clone(), &typed).await.map_err(protocol::ErrorReply::from)?;
    desk.connect_stripe(checked.client.key(), checked.found).await?;
    folder.vault().keep_stripe_key(&folder.opened_by()?, &typed)?;
    let kept = Kept::entered(checked.client);
    let view = kept.shown_in(desk.stripe_view().await?, &base);
    reply(StripeConnected { view, missing: checked.missing, warning: checked.warning })
}

/// Sends what waits until nothing is left that can go.
async fn push(folder: &Folder, desk: &Desk, base: Base, who: &Who) -> Result<Value, Failure> {
    who.sign_in(desk).await?;
    allowed(desk, GetStripe {}).await?;
    let kept = begin(folder, desk, &base).await?;
    let sent = carries(desk, way(desk, &kept).await?, Errands::All).await?;
    let queue = |part| desk.ask(ListQueue { part, after: None, limit: Some(TOLD) }, None);
    let of_stripe = |rows: Vec<EffectView>| -> Vec<Value> {
        rows.iter().filter(|row| row.to == EffectTo::Stripe).map(told).collect()
    };
    let waiting = of_stripe(queue(QueuePart::Waiting).await?.rows);
    let refused = of_stripe(queue(QueuePart::Refused).await?.rows);
    let mut done = Vec::new();
    for id in sent {
        done.push(told(&desk.ask(GetEffect { id }, None).await?.effect));
    }
    let line = desk.stripe_view().await?.line;
    let (refusals, waits) = (refused.len(), waiting.len());
    let answer = json!({
        "line": line_words(&line),
        "sent": done,
        "refused": refused,
        "waiting": waiting,
    });
    let stands = standing(&line);
    match (refusals, waits, stands) {
        (0, 0, Ok(())) => Ok(answer),
        (_, _, Err(failure)) => Err(Failure { answer: Some(answer), ..failure }),
        (0, _, _) => Err(Failure {
            answer: Some(answer),
            ..Failure::new("waiting", format!("{waits} still wait for Stripe; queue explain says why."))
        }),
        _ => Err(Failure {
            answer: Some(answer),
            ..Failure::new("refused", format!("Stripe refused {refusals}; queue explain says why."))
        }),
    }
}

/// Hears once what is new, and sends nothing.
async fn pull(folder: &Folder, desk: &Desk, base: Base, who: &Who) -> Result<Value, Failure> {
    who.sign_in(desk).await?;
    allowed(desk, GetStripe {}).await?;
    let kept = begin(folder, desk, &base).await?;
    carries(desk, way(desk, &kept).await?, Errands::Questions).await?;
    let view = desk.stripe_view().await?;
    let answer = json!({ "line": line_words(&view.line), "heard": view.heard, "waiting": view.waiting });
    standing(&view.line).map(|()| answer)
}

/// Reads everything at Stripe and says what differed.
async fn reconcile(folder: &Folder, desk: &Desk, base: Base, who: &Who) -> Result<Value, Failure> {
    who.sign_in(desk).await?;
    allowed(desk, ReconcileStripe {}).await?;
    let kept = begin(folder, desk, &base).await?;
    let client = way(desk, &kept).await?;
    desk.ask(ReconcileStripe {}, None).await?;
    carries(desk, client, Errands::Questions).await?;
    let report: Reconciliation = desk.ask(GetReconciliation {}, None).await?;
    standing(&desk.stripe_view().await?.line)?;
    if report.running {
        return Err(Failure {
            answer: Some(reply(report)?),
            ..Failure::new("not_finished", "Not everything could be read. Run it again; nothing is lost.")
        });
    }
    reply(report)
}

/// Reads the account, says what would be taken over, and takes it over unless only that was asked.
async fn adopt(
    folder: &Folder,
    desk: &Desk,
    base: Base,
    who: &Who,
    preview: bool,
    choices: AdoptionChoices,
) -> Result<Value, Failure> {
    who.sign_in(desk).await?;
    allowed(desk, LookAtAccount {}).await?;
    let kept = begin(folder, desk, &base).await?;
    let client = way(desk, &kept).await?;
    desk.ask(LookAtAccount {}, None).await?;
    carries(desk, client, Errands::Questions).await?;
    let found: Adoption = desk.ask(GetAdoption { choices: choices.clone() }, None).await?;
    match &found.reading {
        AdoptionReading::Done { .. } => {}
        AdoptionReading::Stopped { said } => return Err(Failure::new("stripe_refused", said.clone())),
        AdoptionReading::NotBegun | AdoptionReading::Reading { .. } => {
            standing(&desk.stripe_view().await?.line)?;
            return Err(Failure::new(
                "not_finished",
                "Not everything could be read. Run it again; nothing is lost.",
            ));
        }
    }
    if preview {
        return reply(found);
    }
    let (memberships, newcomers) = (found.memberships, found.newcomers);
    let adopted: Adopted =
        desk.ask(AdoptAccount { choices, memberships, newcomers }, Some(desk.fresh_key())).await?;
    // Their cards, and what they owe.
    carries(desk, client, Errands::Questions).await?;
    let mut answer = reply(adopted)?;
    answer["left_out"] = reply(found.left_out)?;
    Ok(answer)
}

async fn status(folder: &Folder, desk: &Desk, base: Base, who: &Who) -> Result<Value, Failure> {
    who.sign_in(desk).await?;
    allowed(desk, GetStripe {}).await?;
    let kept = wire::take_up(desk, base.clone(), kept_text(folder)?.as_deref()).await;
    let view = kept.shown_in(desk.stripe_view().await?, &base);
    let currency = desk.ask(protocol::practice::WhoAmI {}, None).await?.practice.map(|it| it.currency);
    let words = words(&view, currency);
    let mut answer = reply(view)?;
    answer["says"] = json!(words);
    Ok(answer)
}

/// What was on its way when the program ended last is looked after, and the kept key taken up.
async fn begin(folder: &Folder, desk: &Desk, base: &Base) -> Result<Kept, Failure> {
    desk.errands_begin().await?;
    Ok(wire::take_up(desk, base.clone(), kept_text(folder)?.as_deref()).await)
}

fn kept_text(folder: &Folder) -> Result<Option<String>, Failure> {
    let kept = folder.vault().stripe_key(&folder.opened_by()?)?;
    Ok(kept.map(|text| text.to_string()))
}

/// The way there; refuses where there is none.
async fn way<'a>(desk: &Desk, kept: &'a Kept) -> Result<&'a Client, Failure> {
    match kept.client() {
        Some(client) => Ok(client),
        None => {
            standing(&desk.stripe_view().await?.line)?;
            Err(desk::Refusal::StripeNotConnected.into())
        }
    }
}

/// Carries errands, over the short pauses that Stripe asks for; which were sent.
async fn carries(desk: &Desk, client: &Client, which: Errands) -> Result<BTreeSet<EffectId>, Failure> {
    let mut sent = BTreeSet::new();
    for _ in 0..PAUSES {
        sent.extend(carry(desk, client, which, || true).await?.effects);
        let Some(rest) = desk.stripe_wants_rest().await else { break };
        let rest = Duration::from_millis(u64::try_from(rest).unwrap_or_default());
        if rest > PATIENCE {
            break;
        }
        tokio::time::sleep(rest).await;
    }
    Ok(sent)
}

async fn allowed(desk: &Desk, request: impl Into<Request>) -> Result<(), Failure> {
    Ok(desk.allows(&Ask { request: request.into(), key: None, approval: None }).await?)
}

/// Refuses where nothing gets through.
fn standing(line: &StripeLine) -> Result<(), Failure> {
    let code = match line {
        StripeLine::NotConnected => return Err(desk::Refusal::StripeNotConnected.into()),
        StripeLine::Untried | StripeLine::Open => return Ok(()),
        StripeLine::Broken { .. } => "stripe_not_reached",
        StripeLine::NeedsKey { .. } => "needs_key",
    };
    Err(Failure::new(code, line_words(line)))
}

fn line_words(line: &StripeLine) -> String {
    match line {
        StripeLine::NotConnected => "Stripe is not connected.".to_owned(),
        StripeLine::Untried => "Stripe was not asked yet.".to_owned(),
        StripeLine::Open => "Stripe answers.".to_owned(),
        StripeLine::Broken { said, .. } => format!("{said} What waits stays in the queue."),
        StripeLine::NeedsKey { said } => {
            format!(
                "{said} Enter a key with stripe connect; until then everything waits and nothing is lost."
            )
        }
    }
}

fn words(view: &StripeView, currency: Option<domain::Currency>) -> Vec<String> {
    let mut words = Vec::new();
    match &view.account {
        Some(account) => words.push(format!(
            "Connected with {} ({}), {}.",
            account.name,
            account.id,
            if account.live { "live: real cards, real money" } else { "in test mode: no real money moves" }
        )),
        None => words.push("Stripe is not connected.".to_owned()),
    }
    match &view.key {
        StripeKeyView::None => {}
        StripeKeyView::Kept { shown, .. } => words.push(format!("The key {shown} is kept.")),
        StripeKeyView::Refused { shown, .. } => words.push(format!("Stripe refuses the key {shown}.")),
    }
    if view.account.is_some() {
        words.push(line_words(&view.line));
        words.push(format!("{} wait, {} are refused.", view.waiting, view.refused));
    }
    if let (Some(currency), true) = (currency, view.at_risk != domain::Money::ZERO) {
        words.push(format!("{} is on its way by cards.", currency.format(view.at_risk)));
    }
    if let Some(elsewhere) = &view.elsewhere {
        words.push(format!("Requests go to {elsewhere}, which is not Stripe."));
    }
    words
}

fn told(row: &EffectView) -> Value {
    json!({ "id": row.id, "title": row.title, "state": row.state, "answer": row.answer })
}

fn reply(answer: impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(answer).map_err(|error| Failure::new("reply", error.to_string()))
}
