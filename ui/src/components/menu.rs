//! Menus that open from a button: row actions, filters, choices.

use crate::components::layout::focus_nth;
use crate::components::text::Icon;
use crate::keys::{Command, use_command, use_command_barrier};
use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, Node};
use yew::prelude::*;

/// One row of a menu.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuItem {
    pub text: AttrValue,
    /// A second line.
    pub about: AttrValue,
    pub icon: Option<AttrValue>,
    /// Marked as what is chosen now; `None` in a menu of actions.
    pub selected: Option<bool>,
    /// Why it cannot be done now; shown under the words, and the row rests.
    pub refused: Option<AttrValue>,
    pub danger: bool,
    /// A line above.
    pub apart: bool,
    pub onclick: Callback<()>,
}

impl MenuItem {
    pub fn action(text: impl Into<AttrValue>, icon: &'static str, onclick: Callback<()>) -> Self {
        Self {
            text: text.into(),
            about: AttrValue::default(),
            icon: Some(icon.into()),
            selected: None,
            refused: None,
            danger: false,
            apart: false,
            onclick,
        }
    }

    pub fn choice(text: impl Into<AttrValue>, selected: bool, onclick: Callback<()>) -> Self {
        Self { icon: None, selected: Some(selected), ..Self::action(text, "", onclick) }
    }

    pub fn about(mut self, about: impl Into<AttrValue>) -> Self {
        self.about = about.into();
        self
    }

    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Sets it apart from what stands before.
    pub fn apart(mut self) -> Self {
        self.apart = true;
        self
    }

    /// Rests with the reason in words.
    pub fn refused(mut self, why: Option<impl Into<AttrValue>>) -> Self {
        self.refused = why.map(Into::into);
        self
    }
}

#[derive(Properties, PartialEq)]
pub struct MenuProps {
    /// What stands in the button; an icon-only button needs `label` too.
    pub toggle: Html,
    pub class: Classes,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    pub items: Vec<MenuItem>,
    #[prop_or_default]
    pub disabled: bool,
    /// As wide as the button, for a choice in a form.
    #[prop_or_default]
    pub full_width: bool,
    #[prop_or_default]
    pub describedby: Option<AttrValue>,
    #[prop_or_default]
    pub invalid: bool,
}

/// A button with a menu under it. Arrows move, letters jump, Enter chooses, Esc and a click elsewhere leave.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let open = use_state(|| None::<Place>);
    let toggle = use_node_ref();
    let onclick = {
        let (open, toggle, full) = (open.clone(), toggle.clone(), props.full_width);
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            open.set(if open.is_some() { None } else { Place::under(&toggle, full) });
        })
    };
    let onkeydown = {
        let (open, toggle, full) = (open.clone(), toggle.clone(), props.full_width);
        Callback::from(move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") && open.is_none() {
                event.prevent_default();
                event.stop_propagation();
                open.set(Place::under(&toggle, full));
            }
            if event.key() == "Enter" {
                event.stop_propagation();
            }
        })
    };
    let onclose = {
        let (open, toggle) = (open.clone(), toggle.clone());
        Callback::from(move |back: bool| {
            open.set(None);
            if back && let Some(toggle) = toggle.cast::<HtmlElement>() {
                let _ = toggle.focus();
            }
        })
    };
    let choices = props.items.iter().any(|item| item.selected.is_some());
    html! {
        <>
            <button ref={toggle.clone()} id={props.id.clone()} class={classes!("pf-v6-c-menu-toggle", props.class.clone(), open.is_some().then_some("pf-m-expanded"))}
                type="button" aria-haspopup={if choices { "listbox" } else { "menu" }} aria-expanded={open.is_some().to_string()} aria-label={props.label.clone()}
                aria-describedby={props.describedby.clone()} aria-invalid={props.invalid.then_some("true")}
                disabled={props.disabled} {onclick} {onkeydown}>
                { props.toggle.clone() }
            </button>
            if let Some(place) = &*open {
                <OpenMenu place={*place} items={props.items.clone()} toggle={toggle.clone()} {onclose} {choices} />
            }
        </>
    }
}

/// Where an open menu stands, in CSS pixels of the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    top: f64,
    bottom: f64,
    left: f64,
    right: f64,
    width: Option<f64>,
    window: (f64, f64),
}

impl Place {
    /// Under an element, measured now.
    pub fn under(node: &NodeRef, full_width: bool) -> Option<Self> {
        let rect = node.cast::<Element>()?.get_bounding_client_rect();
        let window = web_sys::window()?;
        let size = |value: wasm_bindgen::JsValue| value.as_f64().unwrap_or(0.0);
        Some(Self {
            top: rect.top(),
            bottom: rect.bottom(),
            left: rect.left(),
            right: rect.right(),
            width: full_width.then(|| rect.width()),
            window: (size(window.inner_width().ok()?), size(window.inner_height().ok()?)),
        })
    }

    /// Below where there is more room below, else above; aligned to the side with room.
    pub fn style(&self) -> String {
        let below = self.window.1 - self.bottom;
        let vertical = if below >= 260.0 || below >= self.top {
            format!("top:{}px;max-height:{}px;", self.bottom + 4.0, (below - 16.0).max(96.0))
        } else {
            format!(
                "bottom:{}px;max-height:{}px;",
                self.window.1 - self.top + 4.0,
                (self.top - 16.0).max(96.0)
            )
        };
        let horizontal = if self.left > self.window.0 / 2.0 && self.width.is_none() {
            format!("right:{}px;", (self.window.0 - self.right).max(8.0))
        } else {
            format!("left:{}px;", self.left.max(8.0))
        };
        let width = self.width.map(|width| format!("width:{width}px;")).unwrap_or_default();
        format!("{vertical}{horizontal}{width}")
    }
}

#[derive(Properties, PartialEq)]
struct OpenMenuProps {
    place: Place,
    items: Vec<MenuItem>,
    toggle: NodeRef,
    /// `true`: the focus goes back to the button.
    onclose: Callback<bool>,
    choices: bool,
}

#[component]
fn OpenMenu(props: &OpenMenuProps) -> Html {
    use_command_barrier();
    use_command(Command::Leave, props.onclose.reform(|()| true));
    let node = use_node_ref();
    {
        let node = node.clone();
        let first = props.items.iter().position(|item| item.selected == Some(true)).unwrap_or(0);
        use_effect_with((), move |()| focus_nth(&node, "button.pf-v6-c-menu__item", first));
    }
    use_outside_press(vec![node.clone(), props.toggle.clone()], props.onclose.reform(|()| false));
    let onkeydown = {
        let (node, items, onclose) = (node.clone(), props.items.clone(), props.onclose.clone());
        Callback::from(move |event: KeyboardEvent| {
            event.stop_propagation();
            let last = items.len().saturating_sub(1);
            let at = focused_at(&node).unwrap_or(0);
            let next = match event.key().as_str() {
                "ArrowDown" => {
                    if at == last {
                        0
                    } else {
                        at + 1
                    }
                }
                "ArrowUp" => {
                    if at == 0 {
                        last
                    } else {
                        at - 1
                    }
                }
                "Home" => 0,
                "End" => last,
                "Tab" => {
                    onclose.emit(true);
                    return;
                }
                key if key.chars().count() == 1 && key != " " => {
                    let letter = key.to_lowercase();
                    let starts = |at: &usize| items[*at].text.to_lowercase().starts_with(&letter);
                    match (at + 1..items.len()).chain(0..=at.min(last)).find(starts) {
                        Some(next) => next,
                        None => return,
                    }
                }
                _ => return,
            };
            event.prevent_default();
            focus_nth(&node, "button.pf-v6-c-menu__item", next);
        })
    };
    let menu = html! {
        <div ref={node} class="pf-v6-c-menu pl-menu" style={props.place.style()} {onkeydown}>
            <div class="pf-v6-c-menu__content">
                <ul class="pf-v6-c-menu__list" role={if props.choices { "listbox" } else { "menu" }} aria-label={if props.choices { "Choices" } else { "Actions" }}>
                    { for props.items.iter().map(|item| menu_row(item, props.choices, &props.onclose)) }
                </ul>
            </div>
        </div>
    };
    match web_sys::window().and_then(|window| window.document()?.body()) {
        Some(body) => create_portal(menu, body.into()),
        None => menu,
    }
}

fn menu_row(item: &MenuItem, choices: bool, onclose: &Callback<bool>) -> Html {
    let rests = item.refused.is_some();
    let onclick = {
        let (run, onclose) = (item.onclick.clone(), onclose.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            if !rests {
                // First the focus goes back, so that a dialog opened by the action returns it there too.
                onclose.emit(true);
                run.emit(());
            }
        })
    };
    let about = item.refused.clone().unwrap_or_else(|| item.about.clone());
    let chosen = item.selected == Some(true);
    html! {
        <>
            if item.apart { <li class="pf-v6-c-divider" role="presentation"></li> }
            <li class={classes!("pf-v6-c-menu__list-item", rests.then_some("pf-m-aria-disabled"), item.danger.then_some("pf-m-danger"))} role="none">
                <button class={classes!("pf-v6-c-menu__item", chosen.then_some("pf-m-selected"))} type="button"
                    role={if choices { "option" } else { "menuitem" }} aria-selected={choices.then(|| chosen.to_string())}
                    aria-disabled={rests.then_some("true")} tabindex="-1" {onclick}>
                    <span class="pf-v6-c-menu__item-main">
                        if let Some(icon) = &item.icon {
                            <span class="pf-v6-c-menu__item-icon"><Icon name={icon.clone()} /></span>
                        }
                        <span class="pf-v6-c-menu__item-text">{ &item.text }</span>
                        if chosen {
                            <span class="pf-v6-c-menu__item-select-icon"><Icon name="check" /></span>
                        }
                    </span>
                    if !about.is_empty() {
                        <span class="pf-v6-c-menu__item-description">{ about }</span>
                    }
                </button>
            </li>
        </>
    }
}

fn focused_at(node: &NodeRef) -> Option<usize> {
    let active = web_sys::window()?.document()?.active_element()?;
    let found = node.cast::<Element>()?.query_selector_all("button.pf-v6-c-menu__item").ok()?;
    (0..found.length())
        .find(|at| found.item(*at).is_some_and(|node| node == *active.unchecked_ref::<Node>()))
        .map(|at| at as usize)
}

/// Calls back on a press that is outside all of `nodes`.
#[hook]
pub fn use_outside_press(nodes: Vec<NodeRef>, outside: Callback<()>) {
    let newest = use_mut_ref(|| outside.clone());
    *newest.borrow_mut() = outside;
    use_effect_with((), move |()| {
        let listener = web_sys::window().map(|window| {
            EventListener::new(&window, "mousedown", move |event| {
                let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
                let inside =
                    nodes.iter().filter_map(NodeRef::cast::<Node>).any(|node| node.contains(target.as_ref()));
                if !inside {
                    let run = newest.borrow().clone();
                    run.emit(());
                }
            })
        });
        move || drop(listener)
    });
}

#[derive(Properties, PartialEq)]
pub struct RowMenuProps {
    /// "Actions for Ana Ruiz".
    pub label: AttrValue,
    pub items: Vec<MenuItem>,
}

/// The three dots at the end of a row.
#[component]
pub fn RowMenu(props: &RowMenuProps) -> Html {
    html! {
        <Menu class="pf-m-plain" label={props.label.clone()} items={props.items.clone()} toggle={html!(<Icon name="ellipsis-v" />)} />
    }
}

#[derive(Properties, PartialEq)]
pub struct FilterMenuProps<T: Clone + PartialEq + 'static> {
    /// `Status`; the button reads "Status: all".
    pub title: AttrValue,
    /// The first is what "all" means.
    pub options: Vec<(T, AttrValue)>,
    pub selected: T,
    pub onselect: Callback<T>,
}

/// A filter in a toolbar.
#[component]
pub fn FilterMenu<T: Clone + PartialEq + 'static>(props: &FilterMenuProps<T>) -> Html {
    let words = props
        .options
        .iter()
        .find(|(value, _)| *value == props.selected)
        .map_or_else(AttrValue::default, |(_, words)| words.clone());
    let items = props
        .options
        .iter()
        .map(|(value, words)| {
            let (select, chosen) = (props.onselect.clone(), value.clone());
            MenuItem::choice(
                words.clone(),
                *value == props.selected,
                Callback::from(move |()| select.emit(chosen.clone())),
            )
        })
        .collect::<Vec<_>>();
    html!(<Menu class="" {items} toggle={caret(html!({ format!("{}: {}", props.title, words) }))} />)
}

/// The inside of a menu button with words and a caret.
pub fn caret(words: Html) -> Html {
    html! {
        <>
            <span class="pf-v6-c-menu-toggle__text">{ words }</span>
            <span class="pf-v6-c-menu-toggle__controls"><span class="pf-v6-c-menu-toggle__toggle-icon"><Icon name="caret-down" /></span></span>
        </>
    }
}
