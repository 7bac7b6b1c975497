//! The frame around every page: top bar, navigation, the page, and what lies over it.

mod approve;
mod finder;
mod idle;
mod queue;

pub use approve::ApproveDialog;

use crate::app::Program;
use crate::components::{Avatar, Icon, Menu, MenuItem, RouteLink, caret};
use crate::frame::finder::{Palette, TopSearch};
use crate::frame::idle::use_idle_lock;
use crate::frame::queue::ConnectionBadge;
use crate::keys::{Command, use_command};
use crate::pages;
use crate::pages::checkout::scanned::use_scan_to_the_counter;
use crate::query::use_query;
use crate::route::{Route, SettingsTab};
use crate::session::use_session;
use crate::theme::{self, Theme};
use crate::toast::use_toast;
use protocol::practice::{ChooseLocation, GetPractice};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_nested_router::prelude::{Router, Switch, use_router};

/// Top bar, navigation and the page that the address names.
#[component]
pub fn Frame() -> Html {
    html! {
        <Router<Route> default={Route::default()}>
            <Inside />
        </Router<Route>>
    }
}

#[component]
fn Inside() -> Html {
    let palette = use_state(|| false);
    let open = {
        let palette = palette.clone();
        Callback::from(move |()| palette.set(true))
    };
    let close = {
        let palette = palette.clone();
        Callback::from(move |()| palette.set(false))
    };
    use_command(Command::Palette, open);
    use_idle_lock();
    use_scan_to_the_counter();
    html! {
        <div class="pf-v6-c-page">
            <a class="pl-skip" href="#page">{ "Skip to the page" }</a>
            <Masthead />
            <Navigation />
            <div class="pf-v6-c-page__main-container">
                <main class="pf-v6-c-page__main" id="page" tabindex="-1">
                    <Switch<Route> render={pages::page} />
                </main>
            </div>
            if *palette { <Palette onclose={close} /> }
        </div>
    }
}

/// The program's mark.
#[component]
pub fn Mark() -> Html {
    html! {
        <svg viewBox="0 0 28 28" aria-hidden="true" fill="none">
            <rect width="28" height="28" rx="7" fill="currentColor" />
            <path d="M14 22.5V12.2" stroke="var(--pf-t--global--background--color--primary--default)" stroke-width="1.9" stroke-linecap="round" />
            <path d="M14 13.2c0-4 2.6-6.9 7.2-7.4.3 4.7-2.4 7.6-7.2 7.4Z" fill="var(--pf-t--global--background--color--primary--default)" />
            <path d="M14 17.6c-.2-3.300-2.500-5.500-6.900-5.700 0 3.900 2.700 6 6.900 5.700Z" fill="var(--pf-t--global--background--color--primary--default)" opacity=".82" />
        </svg>
    }
}

#[component]
fn Masthead() -> Html {
    html! {
        <header class="pf-v6-c-masthead pf-m-display-inline">
            <div class="pf-v6-c-masthead__main">
                <RouteLink class="pl-brand" to={Route::default()} label="Perennial, to the checkout"><Mark /><span class="pl-brand-name">{ "Perennial" }</span></RouteLink>
            </div>
            <div class="pf-v6-c-masthead__content"><div class="pl-top">
                <TopSearch />
                <span class="pl-space"></span>
                <LocationSwitch />
                <ConnectionBadge />
                <UserMenu />
            </div></div>
        </header>
    }
}

#[component]
fn LocationSwitch() -> Html {
    let session = use_session();
    let program = use_context::<Program>();
    let toast = use_toast();
    let practice = use_query(GetPractice {});
    let here = session.location.id;
    let choose = move |id| {
        let (program, toast) = (program.clone(), toast.clone());
        Callback::from(move |()| {
            let (program, toast) = (program.clone(), toast.clone());
            spawn_local(async move {
                match crate::bridge::act(ChooseLocation { location: id }).await {
                    Ok(session) => {
                        if let Some(program) = program {
                            program.session.emit(session);
                        }
                    }
                    Err(refusal) => toast.refused(&refusal),
                }
            });
        })
    };
    let items: Vec<_> = practice
        .data
        .iter()
        .flat_map(|view| &view.locations)
        .filter(|location| !location.archived || location.id == here)
        .map(|location| MenuItem::choice(location.name.clone(), location.id == here, choose(location.id)))
        .collect();
    let toggle = html! {
        <>
            <span class="pf-v6-c-menu-toggle__icon"><Icon name="map-marker-alt" /></span>
            { caret(html!({ &session.location.name })) }
        </>
    };
    html!(<Menu class="pf-m-plain pf-m-text" label={AttrValue::from(format!("Location: {}", session.location.name))} {toggle} {items} />)
}

#[component]
fn UserMenu() -> Html {
    let session = use_session();
    let program = use_context::<Program>();
    let router = use_router::<Route>();
    let chosen = use_state(theme::chosen);
    let lock = program.map(|program| program.lock).unwrap_or_default();
    let mut items = vec![
        MenuItem::action("Lock the desk", "lock", lock.clone())
            .about("The next person signs in with their PIN"),
        MenuItem::action("Sign out", "sign-out-alt", lock),
    ];
    for (at, theme) in Theme::ALL.into_iter().enumerate() {
        let chosen = chosen.clone();
        let icon = match theme {
            Theme::System => "desktop",
            Theme::Light => "sun",
            Theme::Dark => "moon",
        };
        let onclick = {
            let chosen = chosen.clone();
            Callback::from(move |()| {
                theme::choose(theme);
                chosen.set(theme);
            })
        };
        let mut item = MenuItem::action(theme.words(), icon, onclick);
        if *chosen == theme {
            item = item.about("Shown now");
        }
        items.push(if at == 0 { item.apart() } else { item });
    }
    let go = |route: Route| {
        let router = router.clone();
        Callback::from(move |()| {
            if let Some(router) = &router {
                router.push(route.clone());
            }
        })
    };
    items.push(
        MenuItem::action("Help", "question-circle", go(Route::Manual)).about("The manual, by task").apart(),
    );
    items.push(MenuItem::action("Settings", "cog", go(Route::Settings(SettingsTab::Practice))));
    let toggle = html! {
        <span class="pl-user">
            <Avatar name={session.staff.name.clone()} id={session.staff.id.uuid()} />
            <span class="pl-user-name" aria-hidden="true">{ &session.staff.name }</span>
            <span class="pf-v6-screen-reader">{ format!("{}, {}: menu", session.staff.name, session.staff.role.words().to_lowercase()) }</span>
        </span>
    };
    html!(<Menu class="pf-m-plain pf-m-text pl-user-toggle" {toggle} {items} />)
}

#[component]
fn Navigation() -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let now = router.and_then(|router| router.active_target);
    let at = Place::of(now.as_ref());
    let inventory = matches!(at, Some(Place::Memberships | Place::Items | Place::GiftCards));
    // Open while a page of it is shown, else as it was left.
    let opened = use_state(|| true);
    let toggle = {
        let opened = opened.clone();
        Callback::from(move |_: MouseEvent| opened.set(!*opened))
    };
    let expanded = inventory || *opened;
    let link = |to: Route, place: Place, icon: &'static str, words: &'static str, badge: Option<u32>| {
        let current = at == Some(place);
        html! {
            <li class="pf-v6-c-nav__item">
                <RouteLink {to} {current} title={words} class={classes!("pf-v6-c-nav__link", current.then_some("pf-m-current"))}>
                    <Icon name={icon} /><span class="pl-nav-text">{ words }</span>
                    if let Some(count) = badge.filter(|count| *count > 0) {
                        <span class="pf-v6-c-badge pf-m-unread">{ count }<span class="pf-v6-screen-reader">{ " open" }</span></span>
                    }
                </RouteLink>
            </li>
        }
    };
    let sub = |to: Route, place: Place, words: &'static str| {
        let current = at == Some(place);
        html! {
            <li class="pf-v6-c-nav__item">
                <RouteLink {to} {current} class={classes!("pf-v6-c-nav__link", current.then_some("pf-m-current"))}>{ words }</RouteLink>
            </li>
        }
    };
    // In the rail the sub-items are hidden: the parent is then a link to the first of them.
    html! {
        <div class="pf-v6-c-page__sidebar pf-m-expanded"><div class="pf-v6-c-page__sidebar-body">
            <nav class="pf-v6-c-nav" aria-label="Global"><ul class="pf-v6-c-nav__list" role="list">
                { link(Route::Checkout { customer: None }, Place::Checkout, "cash-register", "Checkout", None) }
                { link(Route::Members, Place::Members, "users", "Members", None) }
                <li class={classes!("pf-v6-c-nav__item", "pf-m-expandable", expanded.then_some("pf-m-expanded"))}>
                    <button class={classes!("pf-v6-c-nav__link", "pl-wide-only", inventory.then_some("pl-parent-current"))} type="button" aria-expanded={expanded.to_string()}
                        title="Inventory" onclick={toggle}>
                        <Icon name="box-open" /><span class="pl-nav-text">{ "Inventory" }</span>
                        <span class="pf-v6-c-nav__toggle"><span class="pf-v6-c-nav__toggle-icon"><Icon name="angle-right" /></span></span>
                    </button>
                    <RouteLink to={Route::Tiers} title="Memberships" current={at == Some(Place::Memberships)}
                        class={classes!("pf-v6-c-nav__link", "pl-rail-only", (at == Some(Place::Memberships)).then_some("pf-m-current"))}>
                        <Icon name="id-card" /><span class="pf-v6-screen-reader">{ "Memberships" }</span>
                    </RouteLink>
                    <RouteLink to={Route::Items { item: None }} title="Items" current={at == Some(Place::Items)}
                        class={classes!("pf-v6-c-nav__link", "pl-rail-only", (at == Some(Place::Items)).then_some("pf-m-current"))}>
                        <Icon name="box-open" /><span class="pf-v6-screen-reader">{ "Items" }</span>
                    </RouteLink>
                    <RouteLink to={Route::GiftCards { card: None }} title="Gift cards" current={at == Some(Place::GiftCards)}
                        class={classes!("pf-v6-c-nav__link", "pl-rail-only", (at == Some(Place::GiftCards)).then_some("pf-m-current"))}>
                        <Icon name="gift" /><span class="pf-v6-screen-reader">{ "Gift cards" }</span>
                    </RouteLink>
                    if expanded {
                        <section class="pf-v6-c-nav__subnav" aria-label="Inventory"><ul class="pf-v6-c-nav__list" role="list">
                            { sub(Route::Tiers, Place::Memberships, "Memberships") }
                            { sub(Route::Items { item: None }, Place::Items, "Items") }
                            { sub(Route::GiftCards { card: None }, Place::GiftCards, "Gift cards") }
                        </ul></section>
                    }
                </li>
                { link(Route::Tasks, Place::Tasks, "clipboard-check", "Tasks", Some(session.to_do())) }
                { link(Route::Settings(SettingsTab::Practice), Place::Settings, "cog", "Settings", None) }
            </ul></nav>
            <section class="pl-desk" aria-label="This desk"><b>{ &session.practice.name }</b>{ format!("{} · {}", session.desk.name, weekday_and_day(session.today)) }
                if session.practice.demo { <br />{ if session.practice.stripe.is_some() { "Demo: no real money moves" } else { "Demo: nothing is charged" } } }
            </section>
        </div></div>
    }
}

/// `Thu 12 Mar`.
fn weekday_and_day(day: domain::Day) -> String {
    day.date().format("%a %-d %b").to_string()
}

/// Which entry of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Checkout,
    Members,
    Memberships,
    Items,
    GiftCards,
    Tasks,
    Settings,
}

impl Place {
    fn of(route: Option<&Route>) -> Option<Self> {
        Some(match route? {
            Route::Checkout { .. } | Route::Ticket(_) | Route::Drawer | Route::DrawerReport(_) => {
                Self::Checkout
            }
            Route::Members | Route::Organizations | Route::Customer { .. } => Self::Members,
            Route::Tiers
            | Route::TierNew
            | Route::TierCopy(_)
            | Route::TierEdit(_)
            | Route::TierMembers { .. } => Self::Memberships,
            Route::Items { .. } => Self::Items,
            Route::GiftCards { .. } => Self::GiftCards,
            Route::Tasks | Route::Queue => Self::Tasks,
            Route::Settings(_) | Route::Import(_) => Self::Settings,
            Route::Manual => return None,
        })
    }
}
