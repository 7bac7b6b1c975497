//! An organization's statements: what comes next, what is open, what was paid, each on paper.

use crate::components::{
    Button, Dialog, EmptyState, Look, MoneyText, Paper, Refusal, Skeleton, StatusLabel, TenderFields, Tone,
    Typed, cash_alone, print_paper,
};
use crate::ids;
use crate::outside;
use crate::pages::members::actions::use_sending;
use crate::pages::members::receipt::{PastReceipt, Taken, change_to_give};
use crate::pages::send_mail::SendMail;
use crate::query::use_query;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::{CustomerId, Day, Money};
use protocol::enrollments::ChargeReceipt;
use protocol::mail::Wanted;
use protocol::organizations::{
    CollectStatement, GetStatementPdf, GetStatements, Statement, StatementPaper, StatementReceipt,
    StatementState, Statements,
};
use protocol::receipt::Sum;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StatementsTabProps {
    pub organization: CustomerId,
}

#[component]
pub fn StatementsTab(props: &StatementsTabProps) -> Html {
    let session = use_session();
    let asked = use_query(GetStatements { organization: props.organization });
    let collecting = use_state(|| None::<Statement>);
    let shown = use_state(|| None::<(Day, bool)>);
    let Some(all) = &asked.data else {
        return html! {
            <>
                <Refusal error={asked.error.clone()} title="The statements could not be read" onretry={asked.reload.clone()} />
                if asked.slow { <Skeleton /><Skeleton /> }
            </>
        };
    };
    let oldest =
        (all.statements.iter()).filter(|one| one.state == StatementState::Open).map(|one| one.on).min();
    let row = |one: &Statement| {
        let is_open = one.state == StatementState::Open;
        let (on, forecast) = (one.on, one.state == StatementState::Forecast);
        let key = (on, forecast);
        let look_at = {
            let shown = shown.clone();
            Callback::from(move |()| shown.set(if *shown == Some(key) { None } else { Some(key) }))
        };
        let collect = {
            let (collecting, statement) = (collecting.clone(), one.clone());
            Callback::from(move |()| collecting.set(Some(statement.clone())))
        };
        let unfolded = *shown == Some(key);
        html! {
            <section class="pl-panel pl-stack" key={format!("{on}{forecast}{is_open}")} aria-label={format!("Statement of {}", session.day(on))}>
                <div class="pl-row pl-flow">
                    <h3 class="pl-section-title">{ format!("Statement of {}", session.day(on)) }</h3>
                    { state(one, &session) }
                    <span class="pl-grow"></span>
                    <MoneyText amount={one.total} strong=true />
                    if is_open && Some(on) == oldest {
                        <Button look={Look::Primary} small=true text={format!("Collect {}", session.money(one.total))} onclick={collect} />
                    }
                    <Button look={Look::Link} small=true text={if unfolded { "Close" } else { "Look at it" }} label={format!("{}: statement of {}", if unfolded { "Close" } else { "Look at it" }, session.day(on))} onclick={look_at} />
                </div>
                if unfolded { <OnPaper all={all.clone()} statement={one.clone()} /> }
            </section>
        }
    };
    html! {
        <>
            <div class="pl-row pl-row--between">
                <h2 class="pl-section-title">{ "Statements" }</h2>
                if all.owed.is_positive() { <span>{ "Owed " }<MoneyText amount={all.owed} overdue=true /></span> }
            </div>
            if all.statements.is_empty() { <EmptyState title="No statement yet">{ "Once it holds a membership, everything that falls on one day stands on one statement." }</EmptyState> }
            { for all.statements.iter().map(row) }
            if let Some(statement) = &*collecting {
                <Collect organization={props.organization} name={all.name.clone()} statement={statement.clone()}
                    onclose={let collecting = collecting.clone(); Callback::from(move |()| collecting.set(None))} />
            }
        </>
    }
}

fn state(one: &Statement, session: &crate::session::SignedIn) -> Html {
    match &one.state {
        StatementState::Forecast => html!(<StatusLabel tone={Tone::Outline} icon="clock" text="Next" />),
        StatementState::Open => {
            html!(<StatusLabel tone={Tone::Orange} icon="exclamation-triangle" text="Open" />)
        }
        StatementState::Paid { on, receipts } => {
            let words = format!("Paid {}, {}", session.day(*on), receipts.join(", "));
            html!(<StatusLabel tone={Tone::Green} icon="check-circle" text={words} />)
        }
    }
}

#[derive(Properties, PartialEq)]
struct OnPaperProps {
    all: Rc<Statements>,
    statement: Statement,
}

/// One statement as it is printed, saved and sent.
#[component]
fn OnPaper(props: &OnPaperProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let mailing = use_state(|| false);
    let receipt = use_state(|| None::<StatementReceipt>);
    let (all, one) = (&props.all, &props.statement);
    let (organization, on, kind) = (all.organization, one.on, one.state.kind());
    let paper = Rc::new(StatementPaper::of(all, one, &session.practice));
    let print = {
        let toast = toast.clone();
        Callback::from(move |()| print_paper(toast.clone()))
    };
    let save = Callback::from(move |()| {
        outside::keep_file(GetStatementPdf { organization, on, kind }, toast.clone());
    });
    let mail = |shown: bool| {
        let mailing = mailing.clone();
        Callback::from(move |()| mailing.set(shown))
    };
    html! {
        <>
            <div class="pl-receipt-frame pl-statement-frame"><Sheet paper={paper.clone()} /></div>
            <Paper><Sheet {paper} /></Paper>
            <div class="pl-row pl-flow">
                <Button look={Look::Secondary} icon="print" text="Print" onclick={print} />
                <Button look={Look::Secondary} icon="download" text="Save PDF" onclick={save} />
                <Button look={Look::Secondary} icon="envelope" text="E-mail" onclick={mail(true)} />
                { for one.receipts.iter().map(|one| html! {
                    <Button look={Look::Link} icon="receipt" text={format!("Receipt {}", one.number)}
                        onclick={ let (receipt, one) = (receipt.clone(), one.clone()); Callback::from(move |()| receipt.set(Some(one.clone()))) } />
                }) }
            </div>
            if let Some(one) = &*receipt {
                <PastReceipt enrollment={one.enrollment} number={one.number.clone()} onclose={let receipt = receipt.clone(); Callback::from(move |()| receipt.set(None))} />
            }
            if *mailing {
                <SendMail what={Wanted::Statement { organization, on, kind }} title={format!("Statement of {}", session.day(on))}
                    own={all.email.clone()} onclose={mail(false)} />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct SheetProps {
    paper: Rc<StatementPaper>,
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let paper = &props.paper;
    let row = |sum: &Sum, class: &'static str| {
        html! {
            <div class={classes!("pl-receipt-row", class)}><span dir="auto">{ &sum.words }</span><span class="pl-money">{ &sum.amount }</span></div>
        }
    };
    html! {
        <article class="pl-receipt pl-statement" aria-label={paper.title.clone()}>
            <header>
                <strong dir="auto">{ &paper.practice }</strong>
                <span>{ &paper.title }</span>
            </header>
            <section>
                { for paper.to.iter().enumerate().map(|(nth, text)| match nth {
                    0 => html! { <strong dir="auto">{ text }</strong> },
                    _ => html! { <span class="pl-lines-kept" dir="auto">{ text }</span> },
                }) }
            </section>
            <section>{ for paper.lines.iter().map(|line| row(line, "")) }</section>
            <section>
                { for paper.tax.iter().map(|tax| row(tax, "")) }
                { row(&paper.total, "pl-receipt-total") }
                <small>{ &paper.note }</small>
            </section>
            if !paper.people.is_empty() {
                <section>
                    <strong>{ "People" }</strong>
                    <span dir="auto">{ paper.people.join(", ") }</span>
                </section>
            }
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct CollectProps {
    organization: CustomerId,
    name: String,
    statement: Statement,
    onclose: Callback<()>,
}

/// Takes everything on one statement at the counter.
#[component]
fn Collect(props: &CollectProps) -> Html {
    let session = use_session();
    let typed = use_state(Typed::default);
    let taken = use_state(|| None::<Vec<ChargeReceipt>>);
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let (organization, on, due) = (props.organization, props.statement.on, props.statement.total);
    let currency = session.currency();
    let covered = typed.covers(due, currency);
    let disabled = covered.is_err() || *sending.busy;
    if let Some(receipts) = &*taken {
        return html! { <Collected {on} receipts={receipts.clone()} onclose={props.onclose.clone()} /> };
    }
    let collect = {
        let (covered, sending, taken, key) = (covered.clone(), sending.clone(), taken.clone(), *key);
        Callback::from(move |()| {
            let Ok(covered) = &covered else { return };
            let request =
                CollectStatement { organization, on, expected: due, tenders: covered.offers.clone() };
            let taken = taken.clone();
            sending.send(request, key, move |paid| taken.set(Some(paid.receipts)));
        })
    };
    let onchange = {
        let typed = typed.clone();
        Callback::from(move |next| typed.set(next))
    };
    html! {
        <Dialog title={format!("Collect from {}", props.name)} description={format!("Statement of {}", session.day(on))} primary={format!("Collect {}", session.money(due))}
            {disabled} onprimary={collect} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not collected" />
                <div class="pl-words">
                    { for props.statement.lines.iter().map(|line| html! {
                        <div class="pl-row pl-row--between"><span class="pl-wrap"><bdi>{ &line.words }</bdi></span><MoneyText amount={line.amount} /></div>
                    }) }
                    if !props.statement.tax.is_zero() { <div class="pl-small pl-subtle">{ format!("{} of it is tax.", session.money(props.statement.tax)) }</div> }
                </div>
                <TenderFields typed={(*typed).clone()} {onchange} {currency} {due} exact_cash={cash_alone(due, currency)} out={covered} autofocus=true />
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct CollectedProps {
    on: Day,
    receipts: Vec<ChargeReceipt>,
    onclose: Callback<()>,
}

/// What was taken; it stays until the change was given back.
#[component]
fn Collected(props: &CollectedProps) -> Html {
    let session = use_session();
    let shown = use_state(|| None::<ChargeReceipt>);
    if let Some(receipt) = &*shown {
        // The change of all of them was given back from the list.
        let receipt = ChargeReceipt { change: Money::ZERO, ..receipt.clone() };
        let onclose = {
            let shown = shown.clone();
            Callback::from(move |()| shown.set(None))
        };
        return html! { <Taken title={format!("Receipt {}", receipt.number)} {receipt} {onclose} /> };
    }
    // One membership alone has one receipt, which is shown like any other.
    if let [receipt] = props.receipts.as_slice() {
        let title = format!("Collected {}", session.money(receipt.total));
        return html! { <Taken {title} receipt={receipt.clone()} onclose={props.onclose.clone()} /> };
    }
    let total: Money = props.receipts.iter().map(|receipt| receipt.total).sum();
    html! {
        <Dialog title={format!("Collected {}", session.money(total))} description={format!("Statement of {}", session.day(props.on))} primary="Done"
            secondary="" width="36rem" onprimary={props.onclose.clone()} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                { change_to_give(props.receipts.iter().map(|receipt| receipt.change).sum()) }
                <ul class="pl-lines" aria-label="Receipts">
                    { for props.receipts.iter().map(|receipt| html! {
                        <li>
                            <span class="pl-wrap"><bdi>{ &receipt.what }</bdi><span class="pl-subtle">{ " · " }</span>
                                <Button look={Look::Inline} text={receipt.number.clone()} label={AttrValue::from(format!("Receipt {}", receipt.number))}
                                    onclick={ let (shown, receipt) = (shown.clone(), receipt.clone()); Callback::from(move |()| shown.set(Some(receipt.clone()))) } />
                            </span>
                            <MoneyText amount={receipt.total} />
                        </li>
                    }) }
                </ul>
            </div>
        </Dialog>
    }
}
