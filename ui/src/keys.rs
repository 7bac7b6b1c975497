//! The keys of the whole window, and the barcode scanner, which is only a very fast typist.
//!
//! One listener maps keys to [`Command`]s. Pages and dialogs say what a command does while they are on the screen
//! with [`use_command`]; the newest wins, and an open dialog ([`use_command_barrier`]) hides what is behind it.
//! Keys that the browser would use for itself (F3 and Ctrl+F find, F5 and Ctrl+R reload) never reach it.

mod scanner;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use scanner::{Heard, Scanner};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// What a key asks for, wherever the focus is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Search or scan items.
    Find,
    Customer,
    Hold,
    Recall,
    /// Of the chosen line.
    Quantity,
    /// Of the chosen line.
    Price,
    Benefits,
    Pay,
    Why,
    Palette,
    /// `/` outside of a text field: the list's filter.
    Filter,
    /// Esc: close what is open on top.
    Leave,
}

impl Command {
    /// How the key is printed beside the command.
    pub fn key_hint(self) -> &'static str {
        let mac = is_mac();
        match self {
            Self::Find if mac => "⌘F",
            Self::Find => "F2",
            Self::Customer if mac => "⌘E",
            Self::Customer => "F3",
            Self::Hold if mac => "⌘L",
            Self::Hold => "F4",
            Self::Recall if mac => "⇧⌘L",
            Self::Recall => "F5",
            Self::Quantity if mac => "⌘U",
            Self::Quantity => "F6",
            Self::Price if mac => "⌘P",
            Self::Price => "F7",
            Self::Benefits if mac => "⌘D",
            Self::Benefits => "F8",
            Self::Pay if mac => "⌘↩",
            Self::Pay => "F9",
            Self::Why if mac => "⌘/",
            Self::Why => "F1",
            Self::Palette if mac => "⌘K",
            Self::Palette => "Ctrl K",
            Self::Filter => "/",
            Self::Leave => "Esc",
        }
    }
}

/// A pressed key, as far as the map needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pressed {
    key: String,
    ctrl: bool,
    meta: bool,
    shift: bool,
    alt: bool,
    /// The focus is where text is typed.
    typing: bool,
}

/// What a key does: a command, nothing but kept from the browser, or the browser's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Command(Command),
    Kept,
    Free,
}

fn meaning(pressed: &Pressed, mac: bool) -> Meaning {
    use Meaning::{Command as Does, Free, Kept};
    let key = pressed.key.to_lowercase();
    let main = if mac { pressed.meta && !pressed.ctrl } else { pressed.ctrl && !pressed.meta };
    let bare = !pressed.ctrl && !pressed.meta && !pressed.alt;
    match key.as_str() {
        "escape" if bare => Does(Command::Leave),
        "/" if bare && !pressed.typing => Does(Command::Filter),
        "k" if main && !pressed.shift => Does(Command::Palette),
        "enter" if main => Does(Command::Pay),
        "f" if mac && main => Does(Command::Find),
        "e" if mac && main => Does(Command::Customer),
        "l" if mac && main && pressed.shift => Does(Command::Recall),
        "l" if mac && main => Does(Command::Hold),
        "u" if mac && main && !pressed.shift => Does(Command::Quantity),
        "p" if mac && main && !pressed.shift => Does(Command::Price),
        "d" if mac && main => Does(Command::Benefits),
        "/" if mac && main => Does(Command::Why),
        "f1" if bare => Does(Command::Why),
        "f2" if bare => Does(Command::Find),
        "f3" if bare => Does(Command::Customer),
        "f4" if bare => Does(Command::Hold),
        "f5" if bare => Does(Command::Recall),
        "f6" if bare => Does(Command::Quantity),
        "f7" if bare => Does(Command::Price),
        "f8" if bare => Does(Command::Benefits),
        "f9" if bare => Does(Command::Pay),
        // Reload and find, with any modifier.
        "f3" | "f5" => Kept,
        "r" | "f" | "g" if pressed.ctrl || pressed.meta => Kept,
        _ => Free,
    }
}

struct Handler {
    id: u64,
    layer: u32,
    command: Command,
    run: Callback<()>,
}

#[derive(Default)]
struct Registry {
    next: u64,
    handlers: Vec<Handler>,
    /// One entry per open dialog; the layer it opened.
    barriers: Vec<(u64, u32)>,
    scans: Vec<(u64, u32, Callback<String>)>,
    /// Where a code goes on a page that has no use for it.
    elsewhere: Option<(u64, Callback<String>)>,
}

impl Registry {
    fn layer(&self) -> u32 {
        self.barriers.iter().map(|(_, layer)| *layer).max().unwrap_or(0)
    }

    fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// The newest handler that is not behind a dialog.
    fn find(&self, command: Command) -> Option<Callback<()>> {
        let layer = self.layer();
        self.handlers
            .iter()
            .rev()
            .find(|handler| handler.command == command && handler.layer >= layer)
            .map(|handler| handler.run.clone())
    }

    fn find_scan(&self, typing: bool) -> Option<Callback<String>> {
        let layer = self.layer();
        let in_front = self.scans.iter().rev().find(|(_, at, _)| *at >= layer);
        // A code is never typed into whatever dialog happens to be open: the page behind it knows what it names.
        let listens = in_front.or(self.scans.last()).map(|(_, _, run)| run);
        // A page that does not listen keeps its dialogs and its text fields: there the code is what is typed.
        let elsewhere = self.elsewhere.as_ref().filter(|_| layer == 0 && !typing).map(|(_, run)| run);
        listens.or(elsewhere).cloned()
    }
}

thread_local! {
    static REGISTRY: RefCell<Registry> = RefCell::default();
    static LISTENER: RefCell<Option<EventListener>> = const { RefCell::new(None) };
    static SCANNER: RefCell<Scanner> = RefCell::default();
}

/// Listens from now on; called once at the start.
pub fn start() {
    let Some(window) = web_sys::window() else { return };
    let listener = EventListener::new_with_options(
        &window,
        "keydown",
        EventListenerOptions { phase: gloo_events::EventListenerPhase::Capture, passive: false },
        |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                on_key(event);
            }
        },
    );
    LISTENER.set(Some(listener));
}

fn on_key(event: &KeyboardEvent) {
    let typing = typing(event);
    if heard_scanner(event, typing) {
        return;
    }
    if !typing && is_inside_a_code(event) {
        event.prevent_default();
        event.stop_propagation();
        return;
    }
    let pressed = Pressed {
        key: event.key(),
        ctrl: event.ctrl_key(),
        meta: event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
        typing,
    };
    match meaning(&pressed, is_mac()) {
        Meaning::Free => {}
        Meaning::Kept => event.prevent_default(),
        Meaning::Command(command) => {
            let handler = REGISTRY.with_borrow(|registry| registry.find(command));
            match handler {
                Some(run) => {
                    event.prevent_default();
                    event.stop_propagation();
                    run.emit(());
                }
                // Nobody wants it here; still never the browser's find, reload or help.
                None if !matches!(command, Command::Leave | Command::Filter) => event.prevent_default(),
                None => {}
            }
        }
    }
}

/// A dash or a slash inside a code is no command, and a space presses no button, where somebody hears the code.
fn is_inside_a_code(event: &KeyboardEvent) -> bool {
    let key = event.key();
    let mut letters = key.chars();
    let sign = letters.next().is_some_and(|letter| !letter.is_alphanumeric()) && letters.next().is_none();
    sign && !event.repeat()
        && !is_modified(event)
        && SCANNER.with_borrow(Scanner::is_in_a_burst)
        && REGISTRY.with_borrow(|registry| registry.find_scan(false).is_some())
}

/// Nothing that a scanner types.
fn is_modified(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing()
}

/// Feeds the scanner; true when this key completed a code and was taken out of the page's hands.
fn heard_scanner(event: &KeyboardEvent, typing: bool) -> bool {
    if is_modified(event) {
        return false;
    }
    let field = event.target().and_then(Typed::of);
    let value = field.as_ref().map(Typed::value);
    let heard = SCANNER.with_borrow_mut(|scanner| scanner.hear(&event.key(), event.time_stamp(), value));
    let Heard::Code { code, before } = heard else { return false };
    let Some(run) = REGISTRY.with_borrow(|registry| registry.find_scan(typing)) else { return false };
    event.prevent_default();
    event.stop_propagation();
    // What the scanner typed into a field that happened to have the focus is taken out again.
    if let (Some(field), Some(before)) = (field, before) {
        field.set_value(&before);
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        if let Ok(input) = web_sys::Event::new_with_event_init_dict("input", &init) {
            field.dispatch(&input);
        }
    }
    // Only once the page has drawn what was taken out: who hears the code builds on what stands in the fields then.
    Timeout::new(0, move || run.emit(code)).forget();
    true
}

/// A field that a scanner may type into by accident.
enum Typed {
    Line(web_sys::HtmlInputElement),
    Text(web_sys::HtmlTextAreaElement),
}

impl Typed {
    fn of(target: web_sys::EventTarget) -> Option<Self> {
        match target.dyn_into::<web_sys::HtmlInputElement>() {
            Ok(line) => Some(Self::Line(line)),
            Err(other) => other.dyn_into().ok().map(Self::Text),
        }
    }

    fn value(&self) -> String {
        match self {
            Self::Line(field) => field.value(),
            Self::Text(field) => field.value(),
        }
    }

    fn set_value(&self, value: &str) {
        match self {
            Self::Line(field) => field.set_value(value),
            Self::Text(field) => field.set_value(value),
        }
    }

    fn dispatch(&self, event: &web_sys::Event) {
        let sent = match self {
            Self::Line(field) => field.dispatch_event(event),
            Self::Text(field) => field.dispatch_event(event),
        };
        // Nobody cancels an input event.
        let _ = sent;
    }
}

fn typing(event: &KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok())
    else {
        return false;
    };
    if element.is_content_editable() {
        return true;
    }
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => {
            let kind = element.get_attribute("type").unwrap_or_default();
            !matches!(kind.as_str(), "checkbox" | "radio" | "button")
        }
        _ => false,
    }
}

/// Whether keys are those of macOS.
pub fn is_mac() -> bool {
    thread_local! {
        static MAC: bool = web_sys::window()
            .and_then(|window| window.navigator().user_agent().ok())
            .is_some_and(|agent| agent.contains("Mac OS X") || agent.contains("Macintosh"));
    }
    MAC.with(|mac| *mac)
}

/// While this component is shown, `command` does `run`.
#[hook]
pub fn use_command(command: Command, run: Callback<()>) {
    use_optional_command(Some(command), run);
}

/// As [`use_command`], for a component that may have no key.
#[hook]
pub fn use_optional_command(command: Option<Command>, run: Callback<()>) {
    let newest = use_mut_ref(|| run.clone());
    *newest.borrow_mut() = run;
    use_effect_with(command, move |command| {
        let run = Callback::from(move |()| {
            // Cloned first: the handler may draw again and replace itself.
            let run = newest.borrow().clone();
            run.emit(());
        });
        let id = REGISTRY.with_borrow_mut(|registry| {
            let (id, layer) = (registry.id(), registry.layer());
            registry.handlers.extend(command.map(|command| Handler { id, layer, command, run }));
            id
        });
        move || REGISTRY.with_borrow_mut(|registry| registry.handlers.retain(|handler| handler.id != id))
    });
}

/// Does what the key of `command` would do now.
pub fn press(command: Command) {
    if let Some(run) = REGISTRY.with_borrow(|registry| registry.find(command)) {
        run.emit(());
    }
}

/// Hands a code that a dialog has no use for to the page behind it.
pub fn pass_scan_on(code: String) {
    let behind = REGISTRY.with_borrow(|registry| match registry.scans.as_slice() {
        [] | [_] => None,
        [page, ..] => Some(page.2.clone()),
    });
    if let Some(run) = behind {
        run.emit(code);
    }
}

/// While this component is shown, scanned codes come here; the newest one hears them, and the page behind a dialog that
/// does not listen.
#[hook]
pub fn use_scan(run: Callback<String>) {
    let newest = use_mut_ref(|| run.clone());
    *newest.borrow_mut() = run;
    use_effect_with((), move |()| {
        let run = Callback::from(move |code: String| {
            let run = newest.borrow().clone();
            run.emit(code);
        });
        let id = REGISTRY.with_borrow_mut(|registry| {
            let (id, layer) = (registry.id(), registry.layer());
            registry.scans.push((id, layer, run));
            id
        });
        move || REGISTRY.with_borrow_mut(|registry| registry.scans.retain(|(other, _, _)| *other != id))
    });
}

/// Where a code goes that is scanned on a page that does not listen, with no dialog open and no text being typed.
#[hook]
pub fn use_scan_elsewhere(run: Callback<String>) {
    let newest = use_mut_ref(|| run.clone());
    *newest.borrow_mut() = run;
    use_effect_with((), move |()| {
        let run = Callback::from(move |code: String| {
            let run = newest.borrow().clone();
            run.emit(code);
        });
        let id = REGISTRY.with_borrow_mut(|registry| {
            let id = registry.id();
            registry.elsewhere = Some((id, run));
            id
        });
        move || {
            REGISTRY.with_borrow_mut(|registry| {
                registry.elsewhere.take_if(|(other, _)| *other == id);
            })
        }
    });
}

/// While this component is shown, the commands of everything behind it rest. Call it before the dialog's own
/// [`use_command`].
#[hook]
pub fn use_command_barrier() {
    use_effect_with((), move |()| {
        let id = REGISTRY.with_borrow_mut(|registry| {
            let (id, layer) = (registry.id(), registry.layer() + 1);
            registry.barriers.push((id, layer));
            id
        });
        move || REGISTRY.with_borrow_mut(|registry| registry.barriers.retain(|(other, _)| *other != id))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Pressed {
        Pressed { key: key.into(), ctrl: false, meta: false, shift: false, alt: false, typing: false }
    }

    #[test]
    fn the_map_of_the_counter() {
        let does = |key: &str| meaning(&press(key), false);
        assert_eq!(does("F2"), Meaning::Command(Command::Find));
        assert_eq!(does("F3"), Meaning::Command(Command::Customer));
        assert_eq!(does("F5"), Meaning::Command(Command::Recall));
        assert_eq!(does("F6"), Meaning::Command(Command::Quantity));
        assert_eq!(does("F7"), Meaning::Command(Command::Price));
        assert_eq!(does("F9"), Meaning::Command(Command::Pay));
        assert_eq!(does("Escape"), Meaning::Command(Command::Leave));
        assert_eq!(does("a"), Meaning::Free);
        assert_eq!(meaning(&Pressed { ctrl: true, ..press("Enter") }, false), Meaning::Command(Command::Pay));
        assert_eq!(meaning(&Pressed { ctrl: true, ..press("k") }, false), Meaning::Command(Command::Palette));
    }

    #[test]
    fn the_browser_never_reloads_or_finds() {
        for key in ["r", "f", "R"] {
            assert_eq!(meaning(&Pressed { ctrl: true, ..press(key) }, false), Meaning::Kept);
        }
        assert_eq!(meaning(&Pressed { ctrl: true, ..press("F5") }, false), Meaning::Kept);
        assert_eq!(meaning(&Pressed { meta: true, ..press("r") }, true), Meaning::Kept);
    }

    #[test]
    fn the_variants_of_macos() {
        let mac = |key: &str| meaning(&Pressed { meta: true, ..press(key) }, true);
        assert_eq!(mac("f"), Meaning::Command(Command::Find));
        assert_eq!(mac("l"), Meaning::Command(Command::Hold));
        assert_eq!(mac("u"), Meaning::Command(Command::Quantity));
        assert_eq!(mac("p"), Meaning::Command(Command::Price));
        assert_eq!(mac("Enter"), Meaning::Command(Command::Pay));
        let shifted = Pressed { meta: true, shift: true, ..press("L") };
        assert_eq!(meaning(&shifted, true), Meaning::Command(Command::Recall));
    }

    #[test]
    fn a_slash_is_text_where_text_is_typed() {
        assert_eq!(meaning(&press("/"), false), Meaning::Command(Command::Filter));
        assert_eq!(meaning(&Pressed { typing: true, ..press("/") }, false), Meaning::Free);
    }

    #[test]
    fn a_code_goes_elsewhere_only_where_nobody_listens_and_nothing_is_typed() {
        let mut registry = Registry { elsewhere: Some((1, Callback::noop())), ..Registry::default() };
        assert!(registry.find_scan(false).is_some());
        assert!(registry.find_scan(true).is_none(), "a text field takes what is typed");
        registry.barriers.push((2, 1));
        assert!(registry.find_scan(false).is_none(), "an open dialog is not left");
        registry.scans.push((3, 0, Callback::noop()));
        assert!(registry.find_scan(true).is_some(), "a page that listens hears it behind its dialogs");
    }

    #[test]
    fn a_dialog_hides_what_is_behind_it() {
        let mut registry = Registry::default();
        let handler = |id, layer| Handler { id, layer, command: Command::Pay, run: Callback::noop() };
        registry.handlers.push(handler(1, 0));
        assert!(registry.find(Command::Pay).is_some());
        registry.barriers.push((2, 1));
        assert!(registry.find(Command::Pay).is_none());
        registry.handlers.push(handler(3, 1));
        assert!(registry.find(Command::Pay).is_some());
    }
}
