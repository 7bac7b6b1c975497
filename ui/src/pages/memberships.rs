//! Inventory > Memberships: the tiers, their form, and the members of each.

pub mod art;
pub mod draft;
pub mod form;
pub mod kept;
pub mod pick_items;
mod sample;
mod tiers;
pub mod words;

pub use form::{Begin, TierForm};

use crate::components::{Button, Look, PageHead, TabItem, Tabs};
use crate::pages::members::{KeptAt, MemberTable};
use crate::query::use_query;
use crate::route::Route;
use crate::session::use_session;
use art::{Art, TierArt};
use domain::PlanId;
use protocol::items::ListItems;
use protocol::plans::ListPlans;
use protocol::practice::GetPractice;
use tiers::Tiers;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Tiers,
    Members,
}

/// The tab of tiers.
#[component]
pub fn TiersPage() -> Html {
    let plans = use_query(ListPlans {});
    let practice = use_query(GetPractice {});
    let items = use_query(ListItems::default());
    let router = use_router::<Route>();
    let add = {
        Callback::from(move |()| {
            if let Some(router) = &router {
                router.push(Route::TierNew);
            }
        })
    };
    let button =
        html! { <Button look={Look::Primary} icon="plus" text="Add Membership" onclick={add.clone()} /> };
    let counts = plans
        .data
        .as_ref()
        .map(|list| (list.plans.len() as u32, list.plans.iter().map(|view| view.members).sum()));
    let is_empty = plans.data.as_ref().is_some_and(|list| list.plans.is_empty());
    html! {
        <>
            <PageHead title="Memberships" actions={button} />
            <MembershipTabs selected={Tab::Tiers} {counts} />
            if is_empty { <FirstTier onadd={add} /> } else { <Tiers {plans} {practice} {items} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct TierMembersProps {
    #[prop_or_default]
    pub plan: Option<PlanId>,
    #[prop_or_default]
    pub version: Option<u32>,
}

/// The tab of members, of one tier or version where the address names it.
#[component]
pub fn TierMembersPage(props: &TierMembersProps) -> Html {
    html! {
        <MemberTable plan={props.plan} version={props.version} kept_at={KeptAt::Memberships} head={|add: Html| html! {
            <>
                <PageHead title="Memberships" actions={add} />
                <CountedTabs />
            </>
        }} />
    }
}

#[component]
fn CountedTabs() -> Html {
    let plans = use_query(ListPlans {});
    let counts = plans
        .data
        .as_ref()
        .map(|list| (list.plans.len() as u32, list.plans.iter().map(|view| view.members).sum()));
    html! { <MembershipTabs selected={Tab::Members} {counts} /> }
}

#[derive(Properties, PartialEq)]
struct MembershipTabsProps {
    selected: Tab,
    /// Tiers, and members of all of them.
    counts: Option<(u32, u32)>,
}

#[component]
fn MembershipTabs(props: &MembershipTabsProps) -> Html {
    let router = use_router::<Route>();
    let onselect = Callback::from(move |tab| {
        if let Some(router) = &router {
            router.push(match tab {
                Tab::Tiers => Route::Tiers,
                Tab::Members => Route::TierMembers { plan: None, version: None },
            });
        }
    });
    let mut tabs = vec![TabItem::new(Tab::Tiers, "Tiers"), TabItem::new(Tab::Members, "Members")];
    if let Some((tiers, members)) = props.counts.filter(|(tiers, _)| *tiers > 0) {
        tabs = vec![
            TabItem::new(Tab::Tiers, "Tiers").count(tiers),
            TabItem::new(Tab::Members, "Members").count(members),
        ];
    }
    html! { <Tabs<Tab> {tabs} selected={props.selected} {onselect} /> }
}

#[derive(Properties, PartialEq)]
struct FirstTierProps {
    onadd: Callback<()>,
}

/// Why memberships, while there are none.
#[component]
fn FirstTier(props: &FirstTierProps) -> Html {
    let session = use_session();
    let (one, many) = (session.practice.customer_word.one(), session.practice.customer_word.many());
    let reasons = [
        ("chart-line", "Predictable revenue".to_owned(), "Recurring income you can count on"),
        ("heart", format!("{one} loyalty"), "Members return more often and stay"),
        ("tag", "Better value".to_owned(), "A deal they can see on every ticket"),
        ("sync-alt", "Simplified billing".to_owned(), "Charged on time, no chasing"),
    ];
    html! {
        <div class="pl-scroll pl-center">
            <div class="pf-v6-c-empty-state pl-first">
                <div class="pf-v6-c-empty-state__content">
                    <div class="pl-row pl-fans">
                        { for [Art::Leaves, Art::Wheat, Art::Sprouts].map(|art| html! { <TierArt {art} class="pl-fan" /> }) }
                    </div>
                    <div class="pf-v6-c-empty-state__header"><div class="pf-v6-c-empty-state__title">
                        <h2 class="pf-v6-c-empty-state__title-text">{ "Offer your first membership" }</h2>
                    </div></div>
                    <div class="pf-v6-c-empty-state__body">
                        { format!("{many} pay a fixed price, you choose what they get: credits, discounts, included services.") }
                        <div class="pl-reasons">
                            { for reasons.into_iter().map(|(icon, title, words)| html! {
                                <div class="pl-row">
                                    <span class="pl-task-icon"><i class={format!("fas fa-{icon}")} aria-hidden="true"></i></span>
                                    <div><div class="pl-strong">{ title }</div><div class="pl-subtle">{ words }</div></div>
                                </div>
                            }) }
                        </div>
                    </div>
                    <div class="pf-v6-c-empty-state__footer"><div class="pf-v6-c-empty-state__actions">
                        <Button look={Look::Primary} icon="plus" text="Add Membership" onclick={props.onadd.clone()} />
                    </div></div>
                </div>
            </div>
        </div>
    }
}
