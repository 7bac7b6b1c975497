//! Dialogs and drawers: over the page, or beside its list.

use crate::components::button::{Button, Look};
use crate::keys::{Command, use_command, use_command_barrier};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

const FOCUSABLE: &str = "a[href], button:not([disabled]):not([tabindex='-1']), input:not([disabled]), select:not([disabled]), \
     textarea:not([disabled]), [tabindex='0']";

#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// Names the person or ticket.
    pub title: AttrValue,
    #[prop_or_default]
    pub description: AttrValue,
    /// Says what happens, with the amount: "Enroll and charge $99.00". Empty: no primary button.
    #[prop_or_default]
    pub primary: AttrValue,
    #[prop_or_default]
    pub onprimary: Callback<()>,
    /// Esc, the cross and the second button.
    pub onclose: Callback<()>,
    #[prop_or_else(|| "Cancel".into())]
    pub secondary: AttrValue,
    /// The primary button rests: something is missing, or the answer is on its way.
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub danger: bool,
    /// Any CSS length; 42rem as the mockups have it, 30rem for a question.
    #[prop_or_else(|| "42rem".into())]
    pub width: AttrValue,
    /// Stands in the footer after the buttons.
    #[prop_or_default]
    pub beside: Html,
    #[prop_or_default]
    pub children: Html,
}

/// A dialog that keeps the focus inside, confirms with Enter, leaves with Esc and returns the focus.
///
/// The first field is focused, or the element with `data-autofocus`. Draw it only while it is open.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    use_command_barrier();
    use_command(Command::Leave, props.onclose.clone());
    let confirm = {
        let (onprimary, rests) = (props.onprimary.clone(), props.disabled || props.primary.is_empty());
        Callback::from(move |()| {
            if !rests {
                onprimary.emit(());
            }
        })
    };
    use_command(Command::Pay, confirm.clone());
    let opened_from = use_mut_ref(active_element);
    let node = use_node_ref();
    {
        let (node, opened_from) = (node.clone(), opened_from.clone());
        use_effect_with((), move |()| {
            focus_first(&node);
            move || {
                if let Some(element) = opened_from.borrow_mut().take() {
                    let _ = element.focus();
                }
            }
        });
    }
    let onkeydown = {
        let (node, confirm) = (node.clone(), confirm.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Tab" => keep_inside(&node, &event),
            "Enter" if confirms(&event) => {
                event.prevent_default();
                event.stop_propagation();
                confirm.emit(());
            }
            _ => event.stop_propagation(),
        })
    };
    let heading = use_memo((), |()| format!("dialog-{}", crate::ids::fresh().simple()));
    let look = if props.danger { Look::Danger } else { Look::Primary };
    let dialog = html! {
        <div class="pf-v6-c-backdrop">
            <div class="pf-v6-l-bullseye">
                <div ref={node} class="pf-v6-c-modal-box pl-dialog" style={format!("--pl-dialog-width:{}", props.width)}
                    role="dialog" aria-modal="true" aria-labelledby={(*heading).clone()} tabindex="-1" {onkeydown}>
                    <div class="pf-v6-c-modal-box__close">
                        <Button look={Look::Plain} icon="times" label="Close dialog" onclick={props.onclose.clone()} />
                    </div>
                    <header class="pf-v6-c-modal-box__header">
                        <div class="pf-v6-c-modal-box__header-main">
                            <h1 class="pf-v6-c-modal-box__title" id={(*heading).clone()}>
                                <span class="pf-v6-c-modal-box__title-text">{ &props.title }</span>
                            </h1>
                            if !props.description.is_empty() {
                                <div class="pf-v6-c-modal-box__description">{ &props.description }</div>
                            }
                        </div>
                    </header>
                    <div class="pf-v6-c-modal-box__body">{ props.children.clone() }</div>
                    <footer class="pf-v6-c-modal-box__footer">
                        if !props.primary.is_empty() {
                            <Button {look} text={props.primary.clone()} disabled={props.disabled} onclick={confirm} />
                        }
                        if !props.secondary.is_empty() {
                            <Button look={Look::Link} text={props.secondary.clone()} onclick={props.onclose.clone()} />
                        }
                        { props.beside.clone() }
                    </footer>
                </div>
            </div>
        </div>
    };
    match web_sys::window().and_then(|window| window.document()?.body()) {
        Some(body) => create_portal(dialog, body.into()),
        None => dialog,
    }
}

/// Enter confirms from a field, not where it has a meaning of its own.
fn confirms(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return true;
    };
    match target.tag_name().as_str() {
        "BUTTON" | "A" | "TEXTAREA" => false,
        _ => target.closest("[role=menu], [role=listbox], [data-own-enter]").ok().flatten().is_none(),
    }
}

fn active_element() -> Option<HtmlElement> {
    web_sys::window()?.document()?.active_element()?.dyn_into().ok()
}

fn focusable(node: &NodeRef) -> Vec<HtmlElement> {
    let Some(found) = node.cast::<Element>().and_then(|element| element.query_selector_all(FOCUSABLE).ok())
    else {
        return vec![];
    };
    (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into::<HtmlElement>().ok())
        .filter(|element| element.offset_parent().is_some())
        .collect()
}

fn focus_first(node: &NodeRef) {
    let Some(element) = node.cast::<Element>() else { return };
    let wanted = element
        .query_selector("[data-autofocus]")
        .ok()
        .flatten()
        .or_else(|| {
            element
                .query_selector(".pf-v6-c-modal-box__body :is(input, select, textarea):not([disabled])")
                .ok()
                .flatten()
        })
        .or_else(|| {
            element.query_selector(".pf-v6-c-modal-box__footer button:not([disabled])").ok().flatten()
        })
        .unwrap_or(element);
    if let Ok(wanted) = wanted.dyn_into::<HtmlElement>() {
        let _ = wanted.focus();
    }
}

fn keep_inside(node: &NodeRef, event: &KeyboardEvent) {
    event.stop_propagation();
    let inside = focusable(node);
    let (Some(first), Some(last)) = (inside.first(), inside.last()) else {
        event.prevent_default();
        return;
    };
    let active = active_element();
    let at_edge = |edge: &HtmlElement| active.as_ref().is_some_and(|active| active == edge);
    let outside = active.as_ref().is_none_or(|active| !inside.contains(active));
    let next = match event.shift_key() {
        true if at_edge(first) || outside => last,
        false if at_edge(last) || outside => first,
        _ => return,
    };
    event.prevent_default();
    let _ = next.focus();
}

#[derive(Properties, PartialEq)]
pub struct DrawerProps {
    /// Names the drawer for screen readers: the person it shows.
    pub label: AttrValue,
    /// Who, and the status; stays put.
    pub head: Html,
    /// Tabs under the head; stay put.
    #[prop_or_default]
    pub tabs: Html,
    /// What scrolls.
    pub children: Html,
    /// Esc and the cross; the page puts the focus back on the row.
    pub onclose: Callback<()>,
    /// Stands before the cross: a menu.
    #[prop_or_default]
    pub actions: Html,
}

/// The drawer beside a list; over it below 1200 px. Stands inside `pl-split` after `pl-pane`.
#[component]
pub fn Drawer(props: &DrawerProps) -> Html {
    use_command(Command::Leave, props.onclose.clone());
    html! {
        <aside class="pl-drawer" aria-label={props.label.clone()}>
            <div class="pl-drawer-head">
                { props.head.clone() }
                <div class="pl-row pl-drawer-tools">
                    { props.actions.clone() }
                    <Button look={Look::Plain} icon="times" label="Close drawer panel" onclick={props.onclose.clone()} />
                </div>
            </div>
            { props.tabs.clone() }
            <div class="pl-drawer-body" tabindex="0" role="group" aria-label={format!("About {}", props.label)}>{ props.children.clone() }</div>
        </aside>
    }
}
