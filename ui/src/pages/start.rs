//! The first start: practice, money and time, the owner's PIN, the recovery key, ready.

use crate::bridge::{act, problem_with};
use crate::components::{
    Button, Combo, Kind, Look, Notice, ProgressStepper, RecoveryKey, Refusal, Select, Severity, Step,
    TextField,
};
use crate::frame::Mark;
use crate::query::use_query;
use domain::Currency;
use domain::practice::CustomerWord;
use protocol::ErrorReply;
use protocol::practice::{ListTimeZones, Session, SetUpPractice};
use protocol::start::{CreateDatabase, DatabaseCreated, Started};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StartPageProps {
    pub started: Started,
    /// The data exist already; the guide was left after the recovery key.
    pub database: bool,
    pub ondone: Callback<Session>,
    pub ondemo: Callback<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Page {
    Practice,
    Money,
    Pin,
    Recovery,
    Ready,
}

const PAGES: [Page; 5] = [Page::Practice, Page::Money, Page::Pin, Page::Recovery, Page::Ready];

/// Everything the guide asks, as it is typed.
#[derive(Debug, Clone, PartialEq)]
struct Guide {
    page: Page,
    /// A keychain answers, so no passphrase is needed.
    keychain: bool,
    /// The data exist and their recovery key was shown in an earlier run of the guide.
    database: bool,
    name: String,
    word: CustomerWord,
    location: String,
    desk: String,
    currency: Currency,
    zone: String,
    owner: String,
    pin: String,
    pin_again: String,
    passphrase: String,
    passphrase_again: String,
    recovery: Vec<String>,
    typed_back: String,
    /// Next was pressed here: show what is missing.
    pressed: bool,
    busy: bool,
    error: Option<ErrorReply>,
}

enum Answer {
    Name(String),
    Word(CustomerWord),
    Location(String),
    Desk(String),
    Currency(Currency),
    Zone(String),
    Owner(String),
    Pin(String),
    PinAgain(String),
    Passphrase(String),
    PassphraseAgain(String),
    TypedBack(String),
    Next,
    Back,
    Busy,
    Created(DatabaseCreated),
    Refused(ErrorReply),
}

impl Guide {
    fn new(started: &Started, database: bool, zone: String) -> Self {
        Self {
            page: Page::Practice,
            keychain: started.keychain,
            database,
            name: String::new(),
            word: CustomerWord::default(),
            location: "Main Street".into(),
            desk: "Front desk".into(),
            currency: Currency::USD,
            zone,
            owner: String::new(),
            pin: String::new(),
            pin_again: String::new(),
            passphrase: String::new(),
            passphrase_again: String::new(),
            recovery: vec![],
            typed_back: String::new(),
            pressed: false,
            busy: false,
            error: None,
        }
    }

    fn needs_passphrase(&self) -> bool {
        !self.keychain && !self.database
    }

    fn name_wrong(&self) -> Option<&'static str> {
        self.name.trim().is_empty().then_some("Type the name that stands on receipts")
    }

    fn location_wrong(&self) -> Option<&'static str> {
        self.location.trim().is_empty().then_some("Type what this place is called")
    }

    fn desk_wrong(&self) -> Option<&'static str> {
        self.desk.trim().is_empty().then_some("Type what this counter is called")
    }

    fn zone_wrong(&self) -> Option<&'static str> {
        self.zone.is_empty().then_some("Choose where the practice is")
    }

    fn owner_wrong(&self) -> Option<&'static str> {
        self.owner.trim().is_empty().then_some("Type your name")
    }

    fn pin_wrong(&self) -> Option<&'static str> {
        let digits = self.pin.chars().all(|digit| digit.is_ascii_digit());
        (!digits || !(4..=8).contains(&self.pin.len())).then_some("4 to 8 digits")
    }

    fn pin_again_wrong(&self) -> Option<&'static str> {
        (self.pin != self.pin_again).then_some("The two are not the same")
    }

    fn passphrase_wrong(&self) -> Option<&'static str> {
        let letters = self.passphrase.chars().count();
        (self.needs_passphrase() && !(8..=200).contains(&letters)).then_some("At least 8 characters")
    }

    fn passphrase_again_wrong(&self) -> Option<&'static str> {
        (self.needs_passphrase() && self.passphrase != self.passphrase_again)
            .then_some("The two are not the same")
    }

    fn typed_back_wrong(&self) -> Option<&'static str> {
        let plain = |text: &str| {
            text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_uppercase()
        };
        let last: String = self.recovery.iter().rev().take(2).rev().map(String::as_str).collect();
        let skipped = self.recovery.is_empty() && self.database;
        (!skipped && (self.recovery.is_empty() || plain(&self.typed_back) != plain(&last)))
            .then_some("That is not what stands above")
    }

    fn page_is_right(&self) -> bool {
        let wrong: &[Option<&str>] = match self.page {
            Page::Practice => &[self.name_wrong(), self.location_wrong(), self.desk_wrong()],
            Page::Money => &[self.zone_wrong()],
            Page::Pin => &[
                self.owner_wrong(),
                self.pin_wrong(),
                self.pin_again_wrong(),
                self.passphrase_wrong(),
                self.passphrase_again_wrong(),
            ],
            Page::Recovery => &[self.typed_back_wrong()],
            Page::Ready => &[],
        };
        wrong.iter().all(Option::is_none)
    }

    fn step(&self) -> usize {
        PAGES.iter().position(|page| *page == self.page).unwrap_or(0)
    }

    /// The recovery key was made when this page was left; one that exists already is not made again.
    fn must_create(&self) -> bool {
        self.page == Page::Pin && !self.database && self.recovery.is_empty()
    }

    fn request(&self) -> SetUpPractice {
        SetUpPractice {
            name: self.name.trim().into(),
            currency: self.currency,
            time_zone: self.zone.clone(),
            customer_word: self.word,
            location_name: self.location.trim().into(),
            desk_name: self.desk.trim().into(),
            owner_name: self.owner.trim().into(),
            owner_pin: self.pin.clone(),
        }
    }
}

impl Reducible for Guide {
    type Action = Answer;

    fn reduce(self: Rc<Self>, answer: Answer) -> Rc<Self> {
        let mut next = (*self).clone();
        let digits = |text: String| text.chars().filter(char::is_ascii_digit).take(8).collect();
        match answer {
            Answer::Name(text) => next.name = text,
            Answer::Word(word) => next.word = word,
            Answer::Location(text) => next.location = text,
            Answer::Desk(text) => next.desk = text,
            Answer::Currency(currency) => next.currency = currency,
            Answer::Zone(zone) => next.zone = zone,
            Answer::Owner(text) => next.owner = text,
            Answer::Pin(text) => next.pin = digits(text),
            Answer::PinAgain(text) => next.pin_again = digits(text),
            Answer::Passphrase(text) => next.passphrase = text,
            Answer::PassphraseAgain(text) => next.passphrase_again = text,
            Answer::TypedBack(text) => next.typed_back = text,
            Answer::Next => {
                next.error = None;
                next.pressed = !self.page_is_right();
                if !next.pressed && !self.must_create() {
                    let skip = self.page == Page::Pin && self.database && self.recovery.is_empty();
                    let step = self.step() + if skip { 2 } else { 1 };
                    next.page = PAGES[step.min(PAGES.len() - 1)];
                }
            }
            Answer::Back => {
                next.pressed = false;
                next.error = None;
                let skip = self.page == Page::Ready && self.database && self.recovery.is_empty();
                next.page = PAGES[self.step().saturating_sub(if skip { 2 } else { 1 })];
            }
            Answer::Busy => {
                next.busy = true;
                next.error = None;
            }
            Answer::Created(created) => {
                next.busy = false;
                next.recovery = created.recovery_key;
                next.page = Page::Recovery;
                next.pressed = false;
            }
            Answer::Refused(error) => {
                next.busy = false;
                next.error = Some(error);
            }
        }
        Rc::new(next)
    }
}

#[component]
pub fn StartPage(props: &StartPageProps) -> Html {
    let (started, database) = (props.started.clone(), props.database);
    let guide = use_reducer(move || Guide::new(&started, database, own_time_zone()));
    let say = {
        let dispatcher = guide.dispatcher();
        Callback::from(move |answer: Answer| dispatcher.dispatch(answer))
    };
    let text = |into: fn(String) -> Answer| say.reform(into);
    let onnext = {
        let (guide, say, ondone) = (guide.clone(), say.clone(), props.ondone.clone());
        Callback::from(move |()| {
            if guide.busy {
                return;
            }
            if guide.page == Page::Ready {
                set_up(guide.request(), say.clone(), ondone.clone());
            } else if guide.must_create() && guide.page_is_right() {
                let passphrase = guide.needs_passphrase().then(|| guide.passphrase.clone());
                create(passphrase, say.clone());
            } else {
                say.emit(Answer::Next);
            }
        })
    };
    let onsubmit = {
        let onnext = onnext.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            onnext.emit(());
        })
    };
    let step = guide.step();
    let body = match guide.page {
        Page::Practice => html!(<PracticeStep guide={(*guide).clone()} say={say.clone()} />),
        Page::Money => html!(<MoneyStep guide={(*guide).clone()} say={say.clone()} />),
        Page::Pin => pin_step(&guide, &text),
        Page::Recovery => html!(<RecoveryStep guide={(*guide).clone()} say={say.clone()} />),
        Page::Ready => ready_step(&guide),
    };
    let next = match guide.page {
        Page::Ready => "Start",
        _ => "Continue",
    };
    html! {
        <div class="pl-start">
            <aside aria-label="Set up">
                <div class="pl-brand pl-brand--start"><Mark /><span class="pl-brand-name">{ "Perennial" }</span></div>
                <ProgressStepper label="Set up" current={step} steps={steps(&guide)} />
                <div class="pl-stack pl-start-demo">
                    <span class="pl-small pl-subtle">{ "Only looking? The demo is a made-up practice with people, memberships and sales. Nothing is charged." }</span>
                    <div><Button look={Look::Inline} text="Explore with a demo practice" onclick={props.ondemo.clone()} /></div>
                </div>
            </aside>
            <main>
                <form class="pl-start-form" {onsubmit} novalidate=true>
                    <div class="pl-start-body" key={step}>
                        <div><p class="pl-eyebrow">{ format!("Step {} of {}", step + 1, PAGES.len()) }</p></div>
                        { body }
                        <Refusal error={guide.error.clone()} />
                    </div>
                    <div class="pl-savebar pl-start-bar">
                        if step > 0 && guide.page != Page::Recovery {
                            <Button look={Look::Link} text="Back" onclick={say.reform(|()| Answer::Back)} />
                        }
                        <span class="pl-grow"></span>
                        <Button look={Look::Primary} text={if guide.busy { "One moment" } else { next }} submit=true disabled={guide.busy} />
                    </div>
                </form>
            </main>
        </div>
    }
}

fn create(passphrase: Option<String>, say: Callback<Answer>) {
    say.emit(Answer::Busy);
    spawn_local(async move {
        say.emit(match act(CreateDatabase { passphrase }).await {
            Ok(created) => Answer::Created(created),
            Err(error) => Answer::Refused(error),
        });
    });
}

fn set_up(request: SetUpPractice, say: Callback<Answer>, ondone: Callback<Session>) {
    say.emit(Answer::Busy);
    spawn_local(async move {
        match act(request).await {
            Ok(session) => ondone.emit(session),
            Err(error) => say.emit(Answer::Refused(error)),
        }
    });
}

fn steps(guide: &Guide) -> Vec<Step> {
    let done = |page: Page, answer: String, before: &'static str| match guide.page > page
        && !answer.trim().is_empty()
    {
        true => answer,
        false => before.to_owned(),
    };
    let pin = if guide.needs_passphrase() { "Your PIN and passphrase" } else { "Your PIN" };
    let money = format!("{}, {}", guide.currency.name(), city(&guide.zone));
    let rows = [
        (
            "Your practice",
            done(Page::Practice, guide.name.trim().to_owned(), "Its name, and what you call people"),
        ),
        ("Money and time", done(Page::Money, money, "Currency and time zone")),
        (pin, done(Page::Pin, format!("{}, owner", guide.owner.trim()), "To sign in and to allow things")),
        ("Recovery key", done(Page::Recovery, "Kept by you".into(), "Print it or write it down")),
        ("Ready", "Add a membership, or look around".to_owned()),
    ];
    rows.map(|(title, about)| Step { title: title.into(), about: about.into() }).to_vec()
}

/// `New York` of `America/New_York`.
fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

fn shown(pressed: bool, wrong: Option<&'static str>) -> Option<AttrValue> {
    wrong.filter(|_| pressed).map(AttrValue::from)
}

#[derive(Properties, PartialEq)]
struct StepProps {
    guide: Guide,
    say: Callback<Answer>,
}

impl PartialEq for Answer {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[component]
fn PracticeStep(props: &StepProps) -> Html {
    let Guide { pressed, .. } = props.guide;
    let guide = &props.guide;
    let text = |into: fn(String) -> Answer| props.say.reform(into);
    html! {
        <>
            <h1>{ "Your practice" }</h1>
            <TextField label="Name" required=true autofocus=true value={guide.name.clone()} onchange={text(Answer::Name)} max_length={80}
                error={shown(pressed, guide.name_wrong())} help="Stands on receipts and on the lock screen. It can be changed later." />
            <Select<CustomerWord> label="What you call the people you serve" selected={guide.word} onselect={props.say.reform(Answer::Word)}
                options={CustomerWord::ALL.map(|word| (word, AttrValue::from(word.many()))).to_vec()} help="Used everywhere on the screen." />
            <div class="pl-fields">
                <TextField label="This place" required=true value={guide.location.clone()} onchange={text(Answer::Location)} max_length={60}
                    error={shown(pressed, guide.location_wrong())} help="More locations can be added in Settings." />
                <TextField label="This counter" required=true value={guide.desk.clone()} onchange={text(Answer::Desk)} max_length={40} error={shown(pressed, guide.desk_wrong())} />
            </div>
        </>
    }
}

#[component]
fn MoneyStep(props: &StepProps) -> Html {
    let guide = &props.guide;
    let zones = use_query(ListTimeZones {});
    let currencies = use_memo((), |()| {
        Currency::all()
            .into_iter()
            .map(|currency| (currency, AttrValue::from(format!("{} · {}", currency.code(), currency.name()))))
            .collect::<Vec<_>>()
    });
    let options: Vec<_> = zones
        .data
        .iter()
        .flat_map(|zones| zones.iter())
        .map(|zone| (zone.clone(), AttrValue::from(zone.replace('_', " "))))
        .collect();
    html! {
        <>
            <h1>{ "Money and time" }</h1>
            <p class="pl-subtle">{ "Both are for ever: every amount is kept in this currency, and every day begins at midnight in this time zone." }</p>
            <Combo<Currency> label="Currency" required=true options={(*currencies).clone()} selected={guide.currency} onselect={props.say.reform(Answer::Currency)} />
            <Combo<String> label="Time zone" required=true {options} selected={Some(guide.zone.clone())} onselect={props.say.reform(Answer::Zone)}
                error={shown(guide.pressed, guide.zone_wrong())} placeholder="Type a city" />
            <Refusal error={zones.error.clone()} title="The time zones could not be read" onretry={zones.reload.clone()} />
        </>
    }
}

fn pin_step(guide: &Guide, text: &impl Fn(fn(String) -> Answer) -> Callback<String>) -> Html {
    let pressed = guide.pressed;
    html! {
        <>
            <h1>{ if guide.needs_passphrase() { "Your PIN and passphrase" } else { "Your PIN" } }</h1>
            <p class="pl-subtle">{ "You are the owner: you may do everything. Others get a name and a PIN of their own in Settings." }</p>
            <TextField label="Your name" required=true autofocus=true value={guide.owner.clone()} onchange={text(Answer::Owner)} max_length={60} error={shown(pressed, guide.owner_wrong())} />
            <div class="pl-fields">
                <TextField kind={Kind::Pin} label="PIN" required=true value={guide.pin.clone()} onchange={text(Answer::Pin)} help="4 to 8 digits" error={shown(pressed, guide.pin_wrong())} />
                <TextField kind={Kind::Pin} label="PIN again" required=true value={guide.pin_again.clone()} onchange={text(Answer::PinAgain)} error={shown(pressed, guide.pin_again_wrong())} />
            </div>
            if guide.needs_passphrase() {
                <Notice severity={Severity::Info} title="This computer has no keychain">
                    { "Your data is encrypted. Without a keychain a passphrase opens it each time Perennial starts." }
                </Notice>
                <div class="pl-fields">
                    <TextField kind={Kind::Secret} label="Passphrase" required=true value={guide.passphrase.clone()} onchange={text(Answer::Passphrase)} help="At least 8 characters"
                        error={shown(pressed, guide.passphrase_wrong()).or_else(|| problem_with(guide.error.as_ref(), "passphrase"))} />
                    <TextField kind={Kind::Secret} label="Passphrase again" required=true value={guide.passphrase_again.clone()} onchange={text(Answer::PassphraseAgain)}
                        error={shown(pressed, guide.passphrase_again_wrong())} />
                </div>
            }
        </>
    }
}

#[component]
fn RecoveryStep(props: &StepProps) -> Html {
    let guide = &props.guide;
    html! {
        <>
            <h1>{ "Keep this recovery key" }</h1>
            <p class="pl-subtle">
                { "Your data is encrypted on this computer. If the computer is lost or its keychain is reset, this key opens your backups. We do not have a copy." }
            </p>
            <RecoveryKey practice={guide.name.clone()} groups={guide.recovery.clone()} />
            <div class="pl-narrow">
                <TextField label="Type the last two groups" value={guide.typed_back.clone()} onchange={props.say.reform(Answer::TypedBack)}
                    help="So that we know it was written down correctly." error={shown(guide.pressed, guide.typed_back_wrong())} />
            </div>
            <Notice severity={Severity::Info} title="Shown only this once">{ "It is stored nowhere in clear. A lost key cannot be asked for again." }</Notice>
        </>
    }
}

fn ready_step(guide: &Guide) -> Html {
    html! {
        <>
            <h1>{ "Ready" }</h1>
            <p class="pl-subtle">{ "Perennial works by itself on this computer, with or without a network. Members pay at the counter." }</p>
            <dl class="pl-kv">
                <dt>{ "Practice" }</dt><dd>{ guide.name.trim() }</dd>
                <dt>{ "Location" }</dt><dd>{ format!("{}, {}", guide.location.trim(), guide.desk.trim()) }</dd>
                <dt>{ "Currency" }</dt><dd>{ format!("{} ({})", guide.currency.name(), guide.currency.code()) }</dd>
                <dt>{ "Time zone" }</dt><dd>{ guide.zone.replace('_', " ") }</dd>
                <dt>{ "Owner" }</dt><dd>{ guide.owner.trim() }</dd>
            </dl>
            <Notice severity={Severity::Info} title="What to do first">
                { "Add the items you sell, then a membership, then sell one. Taxes are set in Settings before the first sale." }
            </Notice>
        </>
    }
}

/// The time zone of this computer, as a first answer.
fn own_time_zone() -> String {
    let options =
        js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::start::StartState;

    fn guide(keychain: bool, database: bool) -> Guide {
        let started = Started {
            state: StartState::NeedsSetup,
            version: String::new(),
            data_dir: String::new(),
            log_dir: String::new(),
            keychain,
            passphrase: false,
            demo: false,
        };
        Guide::new(&started, database, "America/New_York".into())
    }

    fn after(guide: Guide, answers: impl IntoIterator<Item = Answer>) -> Guide {
        (*answers.into_iter().fold(Rc::new(guide), |guide, answer| guide.reduce(answer))).clone()
    }

    fn at_pin(keychain: bool, database: bool) -> Guide {
        let answers =
            [Answer::Name("Larkspur".into()), Answer::Next, Answer::Next, Answer::Owner("Dana".into())];
        after(
            guide(keychain, database),
            answers.into_iter().chain([Answer::Pin("4711".into()), Answer::PinAgain("4711".into())]),
        )
    }

    #[test]
    fn nothing_goes_on_before_it_is_answered() {
        let stays = after(guide(true, false), [Answer::Next]);
        assert_eq!((stays.page, stays.pressed), (Page::Practice, true));
        assert_eq!(at_pin(true, false).page, Page::Pin);
    }

    #[test]
    fn without_a_keychain_a_passphrase_is_asked() {
        assert!(at_pin(true, false).page_is_right());
        let without = at_pin(false, false);
        assert!(!without.page_is_right());
        let with = [Answer::Passphrase("long enough".into()), Answer::PassphraseAgain("long enough".into())];
        assert!(after(without, with).page_is_right());
    }

    #[test]
    fn the_recovery_key_is_typed_back_before_the_end() {
        let key = ["K7QM", "2XVD", "9RTA", "HW4E", "PN6C", "J3YB", "8FLS", "TG5Z"].map(String::from).to_vec();
        let made = after(at_pin(true, false), [Answer::Created(DatabaseCreated { recovery_key: key })]);
        assert_eq!(made.page, Page::Recovery);
        let wrong = after(made.clone(), [Answer::TypedBack("8fls".into()), Answer::Next]);
        assert_eq!(wrong.page, Page::Recovery);
        let right = after(made, [Answer::TypedBack(" 8fls tg5z".into()), Answer::Next]);
        assert_eq!(right.page, Page::Ready);
    }

    #[test]
    fn a_guide_left_after_the_key_does_not_make_another() {
        let resumed = at_pin(false, true);
        assert!(!resumed.must_create());
        let ready = after(resumed, [Answer::Next]);
        assert_eq!(ready.page, Page::Ready);
        assert_eq!(after(ready, [Answer::Back]).page, Page::Pin);
    }
}
