//! The fixed parts of a page: its head, its tabs, its toolbar.

use crate::components::button::{Button, Look};
use crate::components::field::control_value;
use crate::components::text::{Icon, KeyHint, grouped};
use crate::keys::{Command, use_optional_command};
use crate::route::Route;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[derive(Properties, PartialEq)]
pub struct PageHeadProps {
    pub title: AttrValue,
    /// One line of meaning beside the title.
    #[prop_or_default]
    pub subtitle: AttrValue,
    /// Labels beside the title.
    #[prop_or_default]
    pub beside: Html,
    /// Buttons at the end.
    #[prop_or_default]
    pub actions: Html,
    /// Shows an arrow before the title.
    #[prop_or_default]
    pub onback: Option<Callback<()>>,
}

#[component]
pub fn PageHead(props: &PageHeadProps) -> Html {
    html! {
        <div class="pl-head">
            if let Some(back) = &props.onback {
                <Button look={Look::Plain} icon="arrow-left" label="Back" onclick={back.clone()} />
            }
            <h1>{ &props.title }</h1>
            if !props.subtitle.is_empty() {
                <span class="pl-subtle">{ &props.subtitle }</span>
            }
            { props.beside.clone() }
            if props.actions != html!() {
                <div class="pl-actions">{ props.actions.clone() }</div>
            }
        </div>
    }
}

/// One tab: what it is called and the badge behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct TabItem<T> {
    pub value: T,
    pub title: AttrValue,
    pub count: Option<u32>,
    /// Something in this tab must be put right before saving.
    pub problem: bool,
}

impl<T> TabItem<T> {
    pub fn new(value: T, title: impl Into<AttrValue>) -> Self {
        Self { value, title: title.into(), count: None, problem: false }
    }

    pub fn count(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }
}

#[derive(Properties, PartialEq)]
pub struct TabsProps<T: Clone + PartialEq + 'static> {
    pub tabs: Vec<TabItem<T>>,
    pub selected: T,
    pub onselect: Callback<T>,
    #[prop_or_else(|| "Sections".into())]
    pub label: AttrValue,
    /// Down the left side, as in a profile.
    #[prop_or_default]
    pub vertical: bool,
    /// `pl-tabs` for a page, `pl-tabs-tight` for a drawer, `pl-tabs-form` added for a form.
    #[prop_or_else(|| classes!("pl-tabs"))]
    pub class: Classes,
}

/// Tabs with their roles; arrows move and select. The page gives its panel `role="tabpanel"` and a name.
#[component]
pub fn Tabs<T: Clone + PartialEq + 'static>(props: &TabsProps<T>) -> Html {
    let list = use_node_ref();
    let onkeydown = {
        let (list, tabs, selected) = (list.clone(), props.tabs.clone(), props.selected.clone());
        let (onselect, vertical) = (props.onselect.clone(), props.vertical);
        Callback::from(move |event: KeyboardEvent| {
            let at = tabs.iter().position(|tab| tab.value == selected).unwrap_or(0);
            let last = tabs.len().saturating_sub(1);
            let next = match event.key().as_str() {
                "ArrowLeft" if !vertical => {
                    if at == 0 {
                        last
                    } else {
                        at - 1
                    }
                }
                "ArrowRight" if !vertical => {
                    if at == last {
                        0
                    } else {
                        at + 1
                    }
                }
                "ArrowUp" if vertical => {
                    if at == 0 {
                        last
                    } else {
                        at - 1
                    }
                }
                "ArrowDown" if vertical => {
                    if at == last {
                        0
                    } else {
                        at + 1
                    }
                }
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            if let Some(tab) = tabs.get(next) {
                onselect.emit(tab.value.clone());
                focus_nth(&list, "[role=tab]", next);
            }
        })
    };
    let class = classes!(
        "pf-v6-c-tabs",
        props.vertical.then_some("pf-m-vertical"),
        (!props.vertical).then(|| props.class.clone())
    );
    html! {
        <div {class}>
            <ul ref={list} class="pf-v6-c-tabs__list" role="tablist" aria-label={props.label.clone()}
                aria-orientation={props.vertical.then_some("vertical")} {onkeydown}>
                { for props.tabs.iter().map(|tab| {
                    let current = tab.value == props.selected;
                    let onclick = { let (select, value) = (props.onselect.clone(), tab.value.clone()); Callback::from(move |_: MouseEvent| select.emit(value.clone())) };
                    html! {
                        <li class={classes!("pf-v6-c-tabs__item", current.then_some("pf-m-current"))} role="presentation">
                            <button class="pf-v6-c-tabs__link" role="tab" type="button" aria-selected={current.to_string()}
                                tabindex={if current { "0" } else { "-1" }} {onclick}>
                                <span class="pf-v6-c-tabs__item-text">{ &tab.title }</span>
                                if let Some(count) = tab.count { <span class="pf-v6-c-badge pf-m-read">{ grouped(count.into()) }</span> }
                                if tab.problem { <span class="pl-bad"><Icon name="exclamation-circle" /><span class="pf-v6-screen-reader">{ "needs attention" }</span></span> }
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </div>
    }
}

/// Moves the focus to the `n`th element that matches inside `node`.
pub fn focus_nth(node: &NodeRef, selector: &str, n: usize) {
    use wasm_bindgen::JsCast;
    let Some(element) = node.cast::<web_sys::Element>() else { return };
    let Ok(found) = element.query_selector_all(selector) else { return };
    if let Some(target) = found.item(n as u32).and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        let _ = target.focus();
    }
}

#[derive(Properties, PartialEq)]
pub struct ToolbarProps {
    pub children: Html,
    /// `364 members`, at the end.
    #[prop_or_default]
    pub count: AttrValue,
}

#[component]
pub fn Toolbar(props: &ToolbarProps) -> Html {
    html! {
        <div class="pl-tools">
            { props.children.clone() }
            <span class="pl-count pl-small pl-subtle pl-num" aria-live="polite">{ &props.count }</span>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct SearchFieldProps {
    #[prop_or_default]
    pub id: Option<AttrValue>,
    pub value: AttrValue,
    pub onchange: Callback<String>,
    pub placeholder: AttrValue,
    /// Name for screen readers: "Filter members".
    pub label: AttrValue,
    /// The key that brings the focus here, printed in the field: [`Command::Filter`] for a list.
    #[prop_or_default]
    pub command: Option<Command>,
    /// Enter.
    #[prop_or_default]
    pub onenter: Callback<String>,
    /// The keys that move in a list below: ArrowDown leaves the field for it.
    #[prop_or_default]
    pub ondown: Callback<()>,
    #[prop_or_default]
    pub width: AttrValue,
}

/// A field that filters or searches as it is typed; Esc empties it.
#[component]
pub fn SearchField(props: &SearchFieldProps) -> Html {
    let input = use_node_ref();
    use_search_key(props.command, input.clone());
    let oninput = {
        let onchange = props.onchange.clone();
        Callback::from(move |event: InputEvent| onchange.emit(control_value(&event)))
    };
    let onkeydown = {
        let (onenter, ondown) = (props.onenter.clone(), props.ondown.clone());
        let value = props.value.clone();
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                onenter.emit(value.to_string());
            }
            "ArrowDown" => {
                event.prevent_default();
                ondown.emit(());
            }
            _ => {}
        })
    };
    let leave = {
        let (onchange, value) = (props.onchange.clone(), props.value.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && !value.is_empty() {
                onchange.emit(String::new());
            }
        })
    };
    let clear = props.onchange.reform(|()| String::new());
    let style = (!props.width.is_empty()).then(|| format!("width:{}", props.width));
    html! {
        <div {style} onkeyup={leave}>
            <div class="pf-v6-c-text-input-group">
                <div class="pf-v6-c-text-input-group__main pf-m-icon">
                    <span class="pf-v6-c-text-input-group__text">
                        <span class="pf-v6-c-text-input-group__icon"><Icon name="search" /></span>
                        <input ref={input} id={props.id.clone()} class="pf-v6-c-text-input-group__text-input" type="text"
                            autocomplete="off" spellcheck="false"
                            placeholder={props.placeholder.clone()} aria-label={props.label.clone()}
                            value={props.value.clone()} {oninput} {onkeydown} />
                    </span>
                </div>
                <div class="pf-v6-c-text-input-group__utilities">
                    if !props.value.is_empty() {
                        <Button look={Look::Plain} small=true icon="times" label="Clear" onclick={clear} />
                    } else if let Some(command) = props.command {
                        <KeyHint {command} />
                    }
                </div>
            </div>
        </div>
    }
}

#[hook]
fn use_search_key(command: Option<Command>, input: NodeRef) {
    let focus = Callback::from(move |()| {
        if let Some(input) = input.cast::<HtmlInputElement>() {
            let _ = input.focus();
            input.select();
        }
    });
    use_optional_command(command, focus);
}

#[derive(Properties, PartialEq)]
pub struct RouteLinkProps {
    pub to: Route,
    #[prop_or_default]
    pub class: Classes,
    #[prop_or_default]
    pub title: Option<AttrValue>,
    /// What it says to someone who does not see its picture.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// The page this leads to is the one shown.
    #[prop_or_default]
    pub current: bool,
    pub children: Html,
}

/// A link to another page of the window.
#[component]
pub fn RouteLink(props: &RouteLinkProps) -> Html {
    let router = use_router::<Route>();
    let href = router.as_ref().map(|router| router.render_target(props.to.clone()));
    let onclick = {
        let to = props.to.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            event.stop_propagation();
            if let Some(router) = &router {
                router.push(to.clone());
            }
        })
    };
    html! {
        <a {href} class={props.class.clone()} title={props.title.clone()} aria-label={props.label.clone()} aria-current={props.current.then_some("page")} {onclick}>
            { props.children.clone() }
        </a>
    }
}
