//! The page on which somebody enters their card: asked for at Stripe, opened here, read from the screen, or sent.

use super::actions::{Move, MoveDialog};
use super::card_billing::{Missed, missed};
use crate::components::{Button, Dialog, Dots, Look, Notice, Severity};
use crate::pages::stripe::{CardOnFile, sentence};
use crate::query::use_query;
use crate::session::use_session;
use crate::toast::use_toast;
use crate::{bridge, ids, outside};
use domain::CustomerId;
use gloo_timers::callback::Interval;
use protocol::ErrorReply;
use protocol::customers::GetCustomer;
use protocol::stripe::{AskCard, CardPage, CardPageHow, CardView, GetCardPage};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

const LOOK_MS: u32 = 1_500;

/// How far the page is that was asked for last.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    /// Which asking this is; what is heard about an older one comes too late.
    round: u32,
    how: CardPageHow,
    stage: Stage,
}

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// The desk has not taken it yet.
    Asking,
    /// Stripe has not answered yet; what stands in the way, where something does.
    Waiting(Option<String>),
    Open(String),
    Entered(CardView),
    Expired,
    Refused(String),
    NotAsked(ErrorReply),
}

#[derive(Debug)]
enum Heard {
    Ask(CardPageHow),
    /// What the desk answered to the asking.
    Answer(u32, Result<CardPage, ErrorReply>),
    /// How the newest page stands.
    Page(u32, CardPage),
}

impl Asked {
    fn first() -> Self {
        Self { round: 0, how: CardPageHow::Here, stage: Stage::Asking }
    }

    /// Something may still come of it.
    fn waits(&self) -> bool {
        matches!(self.stage, Stage::Waiting(_) | Stage::Open(_))
    }

    fn at(&self, stage: Stage) -> Self {
        Self { stage, ..self.clone() }
    }
}

/// `None`: nobody asked, so there is nothing to say.
fn stage_of(page: CardPage) -> Option<Stage> {
    match page {
        CardPage::None => None,
        CardPage::Asked { said, .. } => Some(Stage::Waiting(said)),
        CardPage::Open { url } => Some(Stage::Open(url)),
        CardPage::Entered { card } => Some(Stage::Entered(card)),
        CardPage::Expired => Some(Stage::Expired),
        CardPage::Refused { said } => Some(Stage::Refused(said)),
    }
}

impl Reducible for Asked {
    type Action = Heard;

    fn reduce(self: Rc<Self>, heard: Heard) -> Rc<Self> {
        match heard {
            Heard::Ask(how) => Rc::new(Self { round: self.round + 1, how, stage: Stage::Asking }),
            Heard::Answer(round, _) | Heard::Page(round, _) if round != self.round => self,
            Heard::Answer(_, Err(refusal)) => Rc::new(self.at(Stage::NotAsked(refusal))),
            Heard::Answer(_, Ok(page)) => Rc::new(self.at(stage_of(page).unwrap_or(Stage::Waiting(None)))),
            // What is over stays as it was shown.
            Heard::Page(_, _) if !self.waits() => self,
            Heard::Page(_, page) => match stage_of(page) {
                Some(stage) => Rc::new(self.at(stage)),
                None => self,
            },
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct CardPageDialogProps {
    pub customer: CustomerId,
    pub name: AttrValue,
    pub onclose: Callback<()>,
}

/// Asks for a page as soon as it is drawn, and shows how it stands until the card is on file.
#[component]
pub fn CardPageDialog(props: &CardPageDialogProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let asked = use_reducer(Asked::first);
    let who = use_query(GetCustomer { id: props.customer });
    let collecting = use_state(|| None::<Missed>);
    let customer = props.customer;
    let ask = {
        let dispatcher = asked.dispatcher();
        use_callback(asked.round, move |how: CardPageHow, round: &u32| {
            let (dispatcher, round) = (dispatcher.clone(), round + 1);
            dispatcher.dispatch(Heard::Ask(how));
            spawn_local(async move {
                let answer = bridge::act_with_key(AskCard { customer, how }, ids::request_key()).await;
                dispatcher.dispatch(Heard::Answer(round, answer));
            });
        })
    };
    {
        let ask = ask.clone();
        use_effect_with((), move |()| ask.emit(CardPageHow::Here));
    }
    {
        let dispatcher = asked.dispatcher();
        use_effect_with((asked.round, asked.waits()), move |(round, waits)| {
            let round = *round;
            let looks = waits.then(|| {
                Interval::new(LOOK_MS, move || {
                    let dispatcher = dispatcher.clone();
                    spawn_local(async move {
                        if let Ok(page) = bridge::call(GetCardPage { customer }).await {
                            dispatcher.dispatch(Heard::Page(round, page));
                        }
                    });
                })
            });
            move || drop(looks)
        });
    }
    // Whoever shows a card beside this dialog has to read it again.
    use_effect_with(matches!(asked.stage, Stage::Entered(_)), |entered| {
        if *entered {
            bridge::announce_change();
        }
    });
    if let Some(one) = &*collecting {
        return html!(<MoveDialog enrollment={one.enrollment} what={Move::RetryCharge} onclose={props.onclose.clone()} />);
    }
    let email = who.data.as_ref().map(|who| who.customer.person.email.clone()).unwrap_or_default();
    let sends = session.practice.mail.is_some() || session.practice.demo;
    let open = Callback::from(move |()| {
        let toast = toast.clone();
        spawn_local(async move {
            if let Err(refusal) = outside::open_card_page(customer).await {
                toast.refused(&refusal);
            }
        });
    });
    let first_missed = who.data.as_ref().and_then(|who| missed(&who.enrollments).into_iter().next());
    let collect = {
        let (collecting, one) = (collecting.clone(), first_missed.clone());
        Callback::from(move |()| collecting.set(one.clone()))
    };
    let again = {
        let (ask, how) = (ask.clone(), asked.how);
        Callback::from(move |()| ask.emit(how))
    };
    let (primary, onprimary) = match (&asked.stage, &first_missed) {
        (Stage::Asking | Stage::Waiting(_), _) => (String::new(), Callback::noop()),
        (Stage::Open(_), _) => ("Open in the browser".to_owned(), open),
        (Stage::Entered(_), Some(_)) => ("Collect what was missed".to_owned(), collect),
        (Stage::Entered(_), None) => ("Done".to_owned(), props.onclose.clone()),
        (Stage::Expired | Stage::Refused(_) | Stage::NotAsked(_), _) => ("Ask again".to_owned(), again),
    };
    let by_mail =
        (sends && !email.is_empty() && asked.how == CardPageHow::Here && asked.waits()).then(|| {
            let onclick = ask.reform(|()| CardPageHow::ByEmail);
            html!(<Button look={Look::Secondary} icon="envelope" text="Send by e-mail" {onclick} />)
        });
    let no_mail = match (sends, email.is_empty()) {
        (false, _) => Some("E-mail is not set up, so the link cannot be sent."),
        (true, true) if who.data.is_some() => Some("There is no e-mail address on file to send the link to."),
        (true, _) => None,
    };
    html! {
        <Dialog title={format!("Card of {}", props.name)} description="Typed on Stripe’s own page; it never reaches this program." {primary} {onprimary}
            secondary={if matches!(asked.stage, Stage::Entered(_)) && first_missed.is_none() { "" } else { "Close" }}
            onclose={props.onclose.clone()} width="36rem" beside={by_mail.unwrap_or_default()}>
            <div class="pl-dialog-body" aria-live="polite">
                { shown(&asked, &email) }
                if let (Stage::Entered(_), Some(one)) = (&asked.stage, &first_missed) {
                    <p>{ one.words(&session) }</p>
                }
                if let (true, Some(why)) = (matches!(asked.stage, Stage::Open(_)), no_mail) { <p class="pl-small pl-subtle">{ why }</p> }
            </div>
        </Dialog>
    }
}

fn shown(asked: &Asked, email: &str) -> Html {
    let by_mail = asked.how == CardPageHow::ByEmail;
    match &asked.stage {
        Stage::Asking | Stage::Waiting(None) => {
            html!(<p class="pl-subtle">{ "Asking Stripe for a page…" }</p>)
        }
        Stage::Waiting(Some(said)) => html! {
            <Notice severity={Severity::Warning} title="Stripe is not reached">
                { match by_mail {
                    true => format!("{} The link goes to {email} as soon as there is a connection; you can close this. No money moved.", sentence(said)),
                    false => format!("{} The page comes as soon as there is a connection; you can close this and go on. No money moved.", sentence(said)),
                } }
            </Notice>
        },
        Stage::Open(url) => html! {
            <>
                if by_mail { <Notice severity={Severity::Success} title="The link is on its way">{ format!("It goes to {email} and is good for a day at most.") }</Notice> }
                <div class="pl-cardpage">
                    <Dots code={url.clone()} label="Code of the page for the card" size="44mm" />
                    <div class="pl-stack">
                        <p>{ "Scan the code with their phone, or open the page here and let them type." }</p>
                        <p class="pl-subtle">{ "This window says so as soon as the card is on file. What waited for a card is charged then." }</p>
                    </div>
                </div>
            </>
        },
        Stage::Entered(card) => html! {
            <Notice severity={Severity::Success} title="The card is on file"><CardOnFile card={card.clone()} /></Notice>
        },
        Stage::Expired => html! {
            <Notice severity={Severity::Warning} title="Nobody entered a card in time">{ "The page is closed, and no money moved. Ask for another one." }</Notice>
        },
        Stage::Refused(said) => html! {
            <Notice severity={Severity::Danger} title="Stripe opened no page">{ format!("{} No money moved.", sentence(said)) }</Notice>
        },
        Stage::NotAsked(refusal) => html! {
            <Notice severity={Severity::Danger} title="No page was asked for">{ &refusal.message }</Notice>
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(asked: Asked, heard: Heard) -> Asked {
        (*Rc::new(asked).reduce(heard)).clone()
    }

    fn open(url: &str) -> CardPage {
        CardPage::Open { url: url.into() }
    }

    fn entered() -> CardPage {
        CardPage::Entered { card: CardView { words: "Visa 4242".into(), expires: None, expires_soon: false } }
    }

    #[test]
    fn a_page_is_asked_for_opened_and_filled_in() {
        let asked = after(Asked::first(), Heard::Ask(CardPageHow::Here));
        assert!(!asked.waits(), "the desk has not taken it yet");
        let waiting = CardPage::Asked { effect: uuid::Uuid::from_u128(1).into(), said: None };
        let asked = after(asked, Heard::Answer(1, Ok(waiting)));
        assert_eq!((asked.waits(), &asked.stage), (true, &Stage::Waiting(None)));
        let asked = after(asked, Heard::Page(1, open("https://x")));
        assert_eq!(asked.stage, Stage::Open("https://x".into()));
        let asked = after(asked, Heard::Page(1, entered()));
        assert!(matches!(asked.stage, Stage::Entered(_)) && !asked.waits());
    }

    #[test]
    fn what_was_heard_of_the_page_before_comes_too_late() {
        let asked = after(Asked::first(), Heard::Ask(CardPageHow::Here));
        let asked = after(asked, Heard::Answer(1, Ok(CardPage::Expired)));
        let asked = after(asked, Heard::Ask(CardPageHow::ByEmail));
        let asked = after(asked, Heard::Page(1, entered()));
        assert_eq!((asked.how, &asked.stage), (CardPageHow::ByEmail, &Stage::Asking));
        let asked = after(asked, Heard::Page(2, entered()));
        assert_eq!(asked.stage, Stage::Asking, "the desk may still mean the page before");
    }

    #[test]
    fn a_broken_way_is_said_and_the_page_still_comes() {
        let asked = after(Asked::first(), Heard::Ask(CardPageHow::Here));
        let offline =
            CardPage::Asked { effect: uuid::Uuid::from_u128(1).into(), said: Some("No route".into()) };
        let asked = after(asked, Heard::Answer(1, Ok(offline)));
        assert_eq!(asked.stage, Stage::Waiting(Some("No route".into())));
        assert!(asked.waits());
        assert_eq!(
            after(asked, Heard::Page(1, CardPage::None)).stage,
            Stage::Waiting(Some("No route".into()))
        );
    }

    #[test]
    fn what_is_over_is_asked_again_and_not_looked_at() {
        let refusal =
            ErrorReply { code: "no_card".into(), message: String::new(), details: serde_json::Value::Null };
        let asked = after(Asked::first(), Heard::Ask(CardPageHow::Here));
        let asked = after(asked, Heard::Answer(1, Err(refusal)));
        assert!(matches!(asked.stage, Stage::NotAsked(_)) && !asked.waits());
        assert!(!after(asked, Heard::Ask(CardPageHow::Here)).waits());
    }
}
