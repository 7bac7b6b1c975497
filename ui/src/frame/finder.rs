//! Finding anything: the search in the top bar, and the command palette.

use crate::app::Program;
use crate::bridge::call;
use crate::components::{Icon, KeyHint, control_value, use_outside_press};
use crate::keys::{Command, use_command, use_command_barrier};
use crate::route::{CustomerTab, Route, SettingsTab};
use crate::theme::{self, Theme};
use gloo_timers::callback::Timeout;
use protocol::keeping::{Found, Hit, Search, Thing};
use std::rc::Rc;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

/// Keys typed faster than this ask once.
const PAUSE_MS: u32 = 60;

/// One row that can be chosen.
#[derive(Clone, PartialEq)]
struct Entry {
    group: &'static str,
    icon: &'static str,
    title: String,
    subtitle: String,
    does: Does,
}

impl Entry {
    /// Known here, without asking.
    fn is_command(&self) -> bool {
        matches!(self.group, "Go to" | "Do")
    }
}

#[derive(Clone, PartialEq)]
enum Does {
    Go(Route),
    Theme(Theme),
    Lock,
}

/// Where a found thing is shown; `None` for what has no page.
fn page_of(thing: Thing) -> Option<(Route, &'static str, &'static str)> {
    Some(match thing {
        Thing::Customer(id) => (Route::Customer { id, tab: CustomerTab::Overview }, "People", "user"),
        Thing::Plan(plan) => {
            (Route::TierMembers { plan: Some(plan), version: None }, "Memberships", "id-card")
        }
        Thing::Item(id) => (Route::Items { item: Some(id) }, "Items", "box-open"),
        Thing::Ticket(id) => (Route::Ticket(id), "Tickets", "receipt"),
        Thing::GiftCard(id) => (Route::GiftCards { card: Some(id) }, "Gift cards", "gift"),
        Thing::Practice | Thing::Enrollment(_) => return None,
    })
}

fn found(hits: &[Hit]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = hits
        .iter()
        .filter_map(|hit| {
            let (route, group, icon) = page_of(hit.thing)?;
            Some(Entry {
                group,
                icon,
                title: hit.title.clone(),
                subtitle: hit.subtitle.clone(),
                does: Does::Go(route),
            })
        })
        .collect();
    // One group after the other, each in the order of the answer.
    entries.sort_by_key(|entry| {
        ["People", "Memberships", "Items", "Gift cards", "Tickets"]
            .iter()
            .position(|group| *group == entry.group)
    });
    entries
}

/// Pages and actions whose words begin with what was typed.
fn commands(text: &str) -> Vec<Entry> {
    let go = |title: &str, icon, route| Entry {
        group: "Go to",
        icon,
        title: title.into(),
        subtitle: String::new(),
        does: Does::Go(route),
    };
    let run = |title: &str, icon, does| Entry {
        group: "Do",
        icon,
        title: title.into(),
        subtitle: String::new(),
        does,
    };
    let mut all = vec![
        go("Checkout", "cash-register", Route::default()),
        go("Cash drawer", "coins", Route::Drawer),
        go("Members", "users", Route::Members),
        go("Organizations", "building", Route::Organizations),
        go("Memberships", "id-card", Route::Tiers),
        go("Enrolled members", "users", Route::TierMembers { plan: None, version: None }),
        go("Items", "box-open", Route::Items { item: None }),
        go("Gift cards", "gift", Route::GiftCards { card: None }),
        go("Tasks", "clipboard-check", Route::Tasks),
        go("Help: the manual", "question-circle", Route::Manual),
    ];
    all.extend(
        SettingsTab::ALL
            .iter()
            .map(|tab| go(&format!("Settings: {}", tab.title()), "cog", Route::Settings(*tab))),
    );
    all.push(run("Add a membership", "plus", Does::Go(Route::TierNew)));
    all.push(run("Close the day", "coins", Does::Go(Route::Drawer)));
    all.push(run("Lock the desk", "lock", Does::Lock));
    all.extend(Theme::ALL.map(|theme| {
        let words = match theme {
            Theme::System => "Colours as the system",
            Theme::Light => "Light colours",
            Theme::Dark => "Dark colours",
        };
        run(words, "adjust", Does::Theme(theme))
    }));
    let text = text.trim().to_lowercase();
    all.retain(|entry| {
        let title = entry.title.to_lowercase();
        title.split_whitespace().any(|word| word.starts_with(&text)) || title.starts_with(&text)
    });
    all
}

/// What was found, and whether it answers the text as it is now: Enter acts on nothing that an older text found.
#[hook]
fn use_found(text: String) -> (Option<Rc<Found>>, bool) {
    let answer = use_state(|| None::<(String, Rc<Found>)>);
    let round = use_mut_ref(|| 0_u32);
    let fresh = answer.as_ref().is_some_and(|(of, _)| of == text.trim());
    {
        let answer = answer.setter();
        use_effect_with(text, move |text| {
            *round.borrow_mut() += 1;
            let this = *round.borrow();
            let text = text.trim().to_owned();
            let timer = if text.is_empty() {
                answer.set(None);
                None
            } else {
                Some(Timeout::new(PAUSE_MS, move || {
                    wasm_bindgen_futures::spawn_local(async move {
                        let found = call(Search { text: text.clone(), limit: None }).await;
                        if *round.borrow() == this {
                            answer.set(found.ok().map(|found| (text, Rc::new(found))));
                        }
                    });
                }))
            };
            move || drop(timer)
        });
    }
    (answer.as_ref().map(|(_, found)| found.clone()), fresh)
}

#[hook]
fn use_runner() -> Callback<Does> {
    let router = use_router::<Route>();
    let lock = use_context::<Program>().map(|program| program.lock).unwrap_or_default();
    Callback::from(move |does: Does| match does {
        Does::Go(route) => {
            if let Some(router) = &router {
                router.push(route);
            }
        }
        Does::Theme(theme) => theme::choose(theme),
        Does::Lock => lock.emit(()),
    })
}

/// The search in the top bar with its results under it.
#[component]
pub fn TopSearch() -> Html {
    let text = use_state(String::new);
    let at = use_state(|| 0_usize);
    let open = use_state(|| false);
    let input = use_node_ref();
    let node = use_node_ref();
    let (answer, fresh) = use_found((*text).clone());
    let run = use_runner();
    let entries = answer.as_ref().map(|found_now| found(&found_now.hits)).unwrap_or_default();
    let shown = *open && !text.trim().is_empty() && answer.is_some();
    let focus = {
        let input = input.clone();
        Callback::from(move |()| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                let _ = input.focus();
                input.select();
            }
        })
    };
    // Where the page has no search of its own.
    use_command(Command::Find, focus);
    let close = {
        let open = open.clone();
        Callback::from(move |()| open.set(false))
    };
    use_outside_press(vec![node.clone()], close.clone());
    let choose = {
        let (open, text, run) = (open.clone(), text.clone(), run.clone());
        Callback::from(move |does: Does| {
            open.set(false);
            text.set(String::new());
            run.emit(does);
        })
    };
    let oninput = {
        let (text, at, open) = (text.clone(), at.clone(), open.clone());
        Callback::from(move |event: InputEvent| {
            text.set(control_value(&event));
            at.set(0);
            open.set(true);
        })
    };
    let onkeydown = list_keys(entries.len(), &at, {
        let (entries, choose) = (entries.clone(), choose.clone());
        Callback::from(move |at: usize| {
            if let Some(entry) = entries.get(at).filter(|entry| fresh || entry.is_command()) {
                choose.emit(entry.does.clone());
            }
        })
    });
    let onkeyup = {
        let (close, input) = (close.clone(), input.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close.emit(());
                if let Some(input) = input.cast::<HtmlElement>() {
                    let _ = input.blur();
                }
            }
        })
    };
    let onfocus = {
        let open = open.clone();
        Callback::from(move |_: FocusEvent| open.set(true))
    };
    html! {
        <div class="pl-search pl-finder" ref={node}>
            <div class="pf-v6-c-text-input-group">
                <div class="pf-v6-c-text-input-group__main pf-m-icon"><span class="pf-v6-c-text-input-group__text">
                    <span class="pf-v6-c-text-input-group__icon"><Icon name="search" /></span>
                    <input ref={input} class="pf-v6-c-text-input-group__text-input" type="text" role="combobox" aria-expanded={shown.to_string()} aria-controls="top-found"
                        aria-autocomplete="list" aria-activedescendant={(shown && !entries.is_empty()).then(|| format!("top-found-{}", *at))}
                        placeholder="Search customers, plans, items, tickets" aria-label="Search everything" autocomplete="off" spellcheck="false"
                        value={(*text).clone()} {oninput} {onkeydown} {onkeyup} {onfocus} />
                </span></div>
                <div class="pf-v6-c-text-input-group__utilities"><KeyHint command={Command::Palette} /></div>
            </div>
            if shown {
                <div class="pl-found pl-found--popup">{ results("top-found", &entries, *at, &choose) }</div>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct PaletteProps {
    pub onclose: Callback<()>,
}

/// Everything by name: pages, actions, people, memberships, items, tickets.
#[component]
pub fn Palette(props: &PaletteProps) -> Html {
    use_command_barrier();
    use_command(Command::Leave, props.onclose.clone());
    use_command(Command::Palette, props.onclose.clone());
    let text = use_state(String::new);
    let at = use_state(|| 0_usize);
    let input = use_node_ref();
    let node = use_node_ref();
    let opened_from = use_mut_ref(|| {
        use wasm_bindgen::JsCast;
        web_sys::window()?.document()?.active_element()?.dyn_into::<HtmlElement>().ok()
    });
    use_outside_press(vec![node.clone()], props.onclose.clone());
    {
        let input = input.clone();
        use_effect_with((), move |()| {
            if let Some(input) = input.cast::<HtmlElement>() {
                let _ = input.focus();
            }
            move || {
                if let Some(element) = opened_from.borrow_mut().take() {
                    let _ = element.focus();
                }
            }
        });
    }
    let (answer, fresh) = use_found((*text).clone());
    let run = use_runner();
    let mut entries = answer.as_ref().map(|found_now| found(&found_now.hits)).unwrap_or_default();
    entries.extend(commands(&text));
    let choose = {
        let (run, close) = (run.clone(), props.onclose.clone());
        Callback::from(move |does: Does| {
            close.emit(());
            run.emit(does);
        })
    };
    let oninput = {
        let (text, at) = (text.clone(), at.clone());
        Callback::from(move |event: InputEvent| {
            text.set(control_value(&event));
            at.set(0);
        })
    };
    let onkeydown = list_keys(entries.len(), &at, {
        let (entries, choose) = (entries.clone(), choose.clone());
        Callback::from(move |at: usize| {
            if let Some(entry) = entries.get(at).filter(|entry| fresh || entry.is_command()) {
                choose.emit(entry.does.clone());
            }
        })
    });
    html! {
        <div class="pf-v6-c-backdrop">
            <div ref={node} class="pl-palette" role="dialog" aria-modal="true" aria-label="Command palette">
                <div class="pl-palette-input">
                    <Icon name="search" />
                    <input ref={input} type="text" role="combobox" aria-expanded="true" aria-controls="palette-found" aria-autocomplete="list"
                        aria-activedescendant={(!entries.is_empty()).then(|| format!("palette-found-{}", *at))} aria-label="Find or do anything"
                        placeholder="Find or do anything" autocomplete="off" spellcheck="false" value={(*text).clone()} {oninput} {onkeydown} />
                    <KeyHint command={Command::Leave} />
                </div>
                <div class="pl-found" tabindex="0" role="group" aria-label="What was found">{ results("palette-found", &entries, *at, &choose) }</div>
            </div>
        </div>
    }
}

fn list_keys(count: usize, at: &UseStateHandle<usize>, choose: Callback<usize>) -> Callback<KeyboardEvent> {
    let at = at.clone();
    Callback::from(move |event: KeyboardEvent| {
        let last = count.saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.set(if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => at.set(if *at == 0 { last } else { *at - 1 }),
            "Enter" => choose.emit((*at).min(last)),
            // The list is reached by arrows; the focus stays in the field.
            "Tab" if count > 0 => return,
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    })
}

fn results(id: &str, entries: &[Entry], at: usize, choose: &Callback<Does>) -> Html {
    if entries.is_empty() {
        return html!(<p class="pl-subtle pl-found-nothing" id={id.to_owned()} role="status">{ "Nothing found. Try a name, a phone number or a receipt number." }</p>);
    }
    let mut group = "";
    html! {
        <ul id={id.to_owned()} role="listbox" aria-label="Found" class="pl-plainlist">
            { for entries.iter().enumerate().map(|(index, entry)| {
                let begins = entry.group != group;
                group = entry.group;
                let onclick = { let (choose, does) = (choose.clone(), entry.does.clone()); Callback::from(move |_: MouseEvent| choose.emit(does.clone())) };
                html! {
                    <>
                        if begins { <li class="pl-eyebrow pl-found-group" role="presentation">{ entry.group }</li> }
                        <li id={format!("{id}-{index}")} class={classes!("pl-found-row", (index == at).then_some("pl-found-row--on"))} role="option" aria-selected={(index == at).to_string()} {onclick}>
                            <Icon name={entry.icon} />
                            <span class="pl-clip"><bdi>{ &entry.title }</bdi></span>
                            <span class="pl-small pl-subtle pl-clip">{ &entry.subtitle }</span>
                        </li>
                    </>
                }
            }) }
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn pages_are_found_by_the_beginning_of_a_word() {
        assert!(commands("tax").iter().any(|entry| entry.title == "Settings: Taxes"));
        assert!(commands("lock")[0].does == Does::Lock);
        assert!(commands("zzz").is_empty());
    }

    #[test]
    fn people_stand_before_tickets_and_things_without_a_page_are_left_out() {
        let id = Uuid::from_u128(1);
        let hit = |thing| Hit { thing, title: "x".into(), subtitle: String::new() };
        let entries =
            found(&[hit(Thing::Ticket(id.into())), hit(Thing::Practice), hit(Thing::Customer(id.into()))]);
        assert_eq!(entries.iter().map(|entry| entry.group).collect::<Vec<_>>(), ["People", "Tickets"]);
    }
}
