//! The lock screen: who is it, and their PIN.

use crate::bridge::act;
use crate::components::{Avatar, AvatarSize, Button, Icon, Look, Notice, Severity};
use crate::frame::Mark;
use domain::StaffId;
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use protocol::ErrorReply;
use protocol::practice::{Door, Session, SignIn};
use protocol::start::DemoStaff;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;
use yew::prelude::*;

const LONGEST_PIN: usize = 8;
const SHORTEST_PIN: usize = 4;

#[derive(Properties, PartialEq)]
pub struct LockPageProps {
    pub door: Door,
    /// The made-up staff with their PINs; empty outside the demo.
    pub demo: Vec<DemoStaff>,
    pub ondone: Callback<Session>,
}

/// What is typed, for whom, and what the door said of it.
#[derive(Debug, Clone, PartialEq, Default)]
struct Typing {
    who: Option<StaffId>,
    pin: String,
    sent: bool,
    refused: Option<String>,
    /// Seconds until the PIN may be tried again.
    wait: u32,
}

enum Key {
    Who(Option<StaffId>),
    Digit(char),
    Back,
    Clear,
    Send,
    Refused(ErrorReply),
    SecondPassed,
}

impl Reducible for Typing {
    type Action = Key;

    fn reduce(self: Rc<Self>, key: Key) -> Rc<Self> {
        let mut next = (*self).clone();
        match key {
            Key::Who(who) => next = Self { who, ..Self::default() },
            Key::Digit(digit) if self.takes_keys() && self.pin.len() < LONGEST_PIN => {
                next.pin.push(digit);
                next.refused = None;
            }
            Key::Back if self.takes_keys() => {
                next.pin.pop();
            }
            Key::Clear if self.takes_keys() => next.pin.clear(),
            Key::Send if self.can_send() => next.sent = true,
            Key::Refused(error) => {
                next.sent = false;
                next.pin.clear();
                next.wait =
                    error.details.get("seconds").and_then(serde_json::Value::as_u64).unwrap_or(0) as u32;
                next.refused = Some(error.message);
            }
            Key::SecondPassed if self.wait > 0 => {
                next.wait -= 1;
                if next.wait == 0 {
                    next.refused = None;
                }
            }
            Key::Digit(_) | Key::Back | Key::Clear | Key::Send | Key::SecondPassed => return self,
        }
        Rc::new(next)
    }
}

impl Typing {
    fn takes_keys(&self) -> bool {
        self.who.is_some() && !self.sent && self.wait == 0
    }

    fn can_send(&self) -> bool {
        self.takes_keys() && self.pin.len() >= SHORTEST_PIN
    }
}

/// `1:05`.
fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[component]
pub fn LockPage(props: &LockPageProps) -> Html {
    let staff: Vec<_> = props.door.staff.iter().filter(|person| !person.archived).cloned().collect();
    let only = (staff.len() == 1).then(|| staff[0].id);
    let typing = use_reducer(|| Typing { who: only, ..Typing::default() });
    let press = {
        let dispatcher = typing.dispatcher();
        Callback::from(move |key: Key| dispatcher.dispatch(key))
    };
    {
        let (press, ondone, pin) = (press.clone(), props.ondone.clone(), typing.pin.clone());
        let who = typing.who;
        use_effect_with(typing.sent, move |sent| {
            if let (true, Some(staff)) = (*sent, who) {
                spawn_local(async move {
                    match act(SignIn { staff, pin }).await {
                        Ok(session) => ondone.emit(session),
                        Err(error) => press.emit(Key::Refused(error)),
                    }
                });
            }
        });
    }
    {
        let press = press.clone();
        use_effect_with(typing.wait > 0, move |waiting| {
            let clock = waiting.then(|| Interval::new(1_000, move || press.emit(Key::SecondPassed)));
            move || drop(clock)
        });
    }
    use_pin_keys(typing.who.is_some(), press.clone(), only.is_none());
    let practice = props.door.practice.as_ref().map(|practice| practice.name.clone()).unwrap_or_default();
    let chosen = staff.iter().find(|person| Some(person.id) == typing.who);
    let demo_pin =
        |name: &str| props.demo.iter().find(|person| person.name == name).map(|person| &person.pin);
    html! {
        <main class="pl-alone">
            <div class="pl-alone-box pl-lock">
                <div class="pl-brand"><Mark /><span class="pl-brand-name">{ "Perennial" }</span></div>
                if let Some(person) = chosen {
                    <div class="pl-lock-who">
                        <Avatar name={person.name.clone()} id={person.id.uuid()} size={AvatarSize::ExtraLarge} />
                        <h1>{ &person.name }</h1>
                        <p class="pl-subtle">{ person.role.words() }</p>
                    </div>
                    <p class="pl-dots" role="status" aria-label={format!("{} digits typed", typing.pin.len())}>
                        { for (0..typing.pin.len().max(SHORTEST_PIN)).map(|at| html!(<span class={classes!("pl-pin-dot", (at < typing.pin.len()).then_some("pl-pin-dot--on"))}></span>)) }
                    </p>
                    if typing.wait > 0 {
                        <Notice severity={Severity::Warning} title={format!("Too many wrong PINs. Try again in {}", clock(typing.wait))} />
                    } else if let Some(refused) = &typing.refused {
                        <Notice severity={Severity::Danger} title={refused.clone()} />
                    }
                    <PinPad rests={!typing.takes_keys()} can_send={typing.can_send()} onkey={press.clone()} />
                    if only.is_none() {
                        <Button look={Look::Link} text="Somebody else" onclick={press.reform(|()| Key::Who(None))} />
                    }
                } else {
                    <h1>{ practice }</h1>
                    <p class="pl-subtle">{ "Who is at the desk?" }</p>
                    <ul class="pl-plainlist pl-lock-list">
                        { for staff.iter().enumerate().map(|(at, person)| {
                            let onclick = { let (press, id) = (press.clone(), person.id); Callback::from(move |_: MouseEvent| press.emit(Key::Who(Some(id)))) };
                            html! {
                                <li><button type="button" class="pl-person pl-lock-row" data-person={at.to_string()} {onclick}>
                                    <Avatar name={person.name.clone()} id={person.id.uuid()} />
                                    <span class="pl-grow pl-clip pl-name">{ &person.name }</span>
                                    <span class="pl-small pl-subtle">{ person.role.words() }{ for demo_pin(&person.name).map(|pin| format!(" · PIN {pin}")) }</span>
                                </button></li>
                            }
                        }) }
                    </ul>
                }
                if !props.demo.is_empty() {
                    <Notice severity={Severity::Info} title={match chosen.and_then(|person| demo_pin(&person.name)) {
                        Some(pin) => format!("The demo practice: nothing is charged. The PIN is {pin}."),
                        None => "The demo practice: nothing is charged.".to_owned(),
                    }} />
                }
            </div>
        </main>
    }
}

/// Digits, Backspace, Enter and Esc from the keyboard, wherever the focus is; arrows walk the list of people.
#[hook]
fn use_pin_keys(typing: bool, press: Callback<Key>, can_leave: bool) {
    use_effect_with((typing, can_leave), move |(typing, can_leave)| {
        let (typing, can_leave) = (*typing, *can_leave);
        if !typing {
            focus_person(0);
        }
        let listener = web_sys::window().map(|window| {
            EventListener::new(&window, "keydown", move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let key = event.key();
                if typing {
                    match key.as_str() {
                        "Backspace" => press.emit(Key::Back),
                        "Delete" => press.emit(Key::Clear),
                        "Enter" if !on_button(event) => press.emit(Key::Send),
                        "Escape" if can_leave => press.emit(Key::Who(None)),
                        digit if digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit() => {
                            press.emit(Key::Digit(char::from(digit.as_bytes()[0])));
                        }
                        _ => {}
                    }
                    return;
                }
                let Some(at) = focused_person() else { return };
                match key.as_str() {
                    "ArrowDown" => focus_person(at + 1),
                    "ArrowUp" => focus_person(at.saturating_sub(1)),
                    _ => {}
                }
            })
        });
        move || drop(listener)
    });
}

fn on_button(event: &KeyboardEvent) -> bool {
    event.target().and_then(|target| target.dyn_into::<web_sys::HtmlButtonElement>().ok()).is_some()
}

fn focus_person(at: usize) {
    let found = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector(&format!("[data-person='{at}']")).ok().flatten());
    if let Some(row) = found.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = row.focus();
    }
}

fn focused_person() -> Option<usize> {
    web_sys::window()?.document()?.active_element()?.get_attribute("data-person")?.parse().ok()
}

#[derive(Properties, PartialEq)]
struct PinPadProps {
    rests: bool,
    can_send: bool,
    onkey: Callback<Key>,
}

impl PartialEq for Key {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[component]
fn PinPad(props: &PinPadProps) -> Html {
    let digit = |digit: char| {
        let onclick = props.onkey.reform(move |_: MouseEvent| Key::Digit(digit));
        html!(<button type="button" class="pl-pin-key" disabled={props.rests} {onclick}>{ digit }</button>)
    };
    html! {
        <div class="pl-pinpad" role="group" aria-label="PIN">
            { for ('1'..='9').map(digit) }
            <button type="button" class="pl-pin-key" aria-label="Delete the last digit" disabled={props.rests} onclick={props.onkey.reform(|_: MouseEvent| Key::Back)}><Icon name="backspace" /></button>
            { digit('0') }
            <button type="button" class="pl-pin-key pl-pin-key--go" aria-label="Sign in" disabled={!props.can_send} onclick={props.onkey.reform(|_: MouseEvent| Key::Send)}><Icon name="arrow-right" /></button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn after(keys: impl IntoIterator<Item = Key>) -> Typing {
        let start = Rc::new(Typing { who: Some(Uuid::from_u128(1).into()), ..Typing::default() });
        (*keys.into_iter().fold(start, |typing, key| typing.reduce(key))).clone()
    }

    #[test]
    fn a_pin_of_four_to_eight_digits_can_be_sent() {
        assert!(!after("123".chars().map(Key::Digit)).can_send());
        assert!(after("1234".chars().map(Key::Digit)).can_send());
        assert_eq!(after("1234567890".chars().map(Key::Digit)).pin.len(), LONGEST_PIN);
        assert!(after("1234".chars().map(Key::Digit).chain([Key::Send])).sent);
    }

    #[test]
    fn a_lockout_counts_down_and_takes_no_keys_meanwhile() {
        let locked = ErrorReply {
            code: "pin_locked".into(),
            message: "Too many".into(),
            details: serde_json::json!({ "seconds": 2 }),
        };
        let typing = after([Key::Refused(locked)]);
        assert_eq!((typing.wait, typing.takes_keys()), (2, false));
        let typing = Rc::new(typing).reduce(Key::Digit('1'));
        assert!(typing.pin.is_empty());
        let typing = typing.reduce(Key::SecondPassed).reduce(Key::SecondPassed);
        assert!(typing.takes_keys() && typing.refused.is_none());
        assert_eq!(clock(65), "1:05");
    }
}
