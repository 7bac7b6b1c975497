//! Settings: the practice, its places, people, taxes and words, this computer and this window.

mod about;
mod data;
mod lists;
mod locations;
mod mail;
mod practice;
mod recovery;
mod staff;
mod staff_log;
mod stripe;

use crate::components::{PageHead, Refusal, Skeleton, TabItem, Tabs};
use crate::query::use_query;
use crate::route::{Route, SettingsTab};
use protocol::practice::GetPractice;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[derive(Properties, PartialEq)]
pub struct SettingsPageProps {
    pub tab: SettingsTab,
}

#[component]
pub fn SettingsPage(props: &SettingsPageProps) -> Html {
    let view = use_query(GetPractice {});
    let router = use_router::<Route>();
    let onselect = Callback::from(move |tab: SettingsTab| {
        if let Some(router) = &router {
            router.push(Route::Settings(tab));
        }
    });
    let tabs = SettingsTab::ALL.iter().map(|tab| TabItem::new(*tab, tab.title())).collect::<Vec<_>>();
    let section = view.data.as_ref().map(|view| match props.tab {
        SettingsTab::Practice => html!(<practice::PracticeSection view={(**view).clone()} />),
        SettingsTab::Locations => html!(<locations::LocationsSection view={(**view).clone()} />),
        SettingsTab::Staff => html!(<staff::StaffSection view={(**view).clone()} />),
        SettingsTab::Taxes => html!(<lists::TaxesSection view={(**view).clone()} />),
        SettingsTab::Categories => html!(<lists::CategoriesSection view={(**view).clone()} />),
        SettingsTab::Receipt => html!(<practice::ReceiptSection view={(**view).clone()} />),
        SettingsTab::Mail => html!(<mail::MailSection view={(**view).clone()} />),
        SettingsTab::Stripe => html!(<stripe::StripeSection />),
        SettingsTab::Security => html!(<practice::SecuritySection view={(**view).clone()} />),
        SettingsTab::Data => html!(<data::DataSection />),
        SettingsTab::Appearance => html!(<about::AppearanceSection />),
        SettingsTab::About => html!(<about::AboutSection />),
    });
    html! {
        <>
            <PageHead title="Settings" />
            <div class="pl-profile">
                <nav aria-label="Settings">
                    <Tabs<SettingsTab> {tabs} selected={props.tab} {onselect} label="Settings" vertical=true />
                </nav>
                <div class="pl-scroll pl-settings" role="tabpanel" aria-label={props.tab.title()} tabindex="0" key={props.tab.segment()}>
                    <Refusal error={view.error.clone()} title="The settings could not be read" onretry={view.reload.clone()} />
                    if view.slow { <div class="pl-stack"><Skeleton width="30%" /><Skeleton width="60%" /><Skeleton width="50%" /></div> }
                    { for section }
                </div>
            </div>
        </>
    }
}
