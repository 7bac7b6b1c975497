//! What several pages say of Stripe in the same words.

use crate::components::{Icon, Notice, RouteLink, Severity, StatusLabel, Tone};
use crate::route::{Route, SettingsTab};
use protocol::stripe::{CardView, StripeLine};
use yew::prelude::*;

/// What stands in the way to Stripe; nothing where nothing does.
pub fn line_notice(line: &StripeLine, actions: Html) -> Html {
    match line {
        StripeLine::NotConnected | StripeLine::Untried | StripeLine::Open => html!(),
        StripeLine::Broken { since, said, next_try } => html! {
            <Notice severity={Severity::Warning} title={format!("Stripe is not reached since {since}")} {actions}>
                { format!("{} You can sell, enroll and look up as always; what is for Stripe waits in the queue, and nothing is charged twice. It is tried again by itself, next at {next_try}.", sentence(said)) }
            </Notice>
        },
        StripeLine::NeedsKey { said } => html! {
            <Notice severity={Severity::Danger} title="Nothing goes to Stripe until a key is entered" {actions}>
                { format!("{} No card is charged meanwhile by this program; what is for Stripe waits.", sentence(said)) }
            </Notice>
        },
    }
}

/// The same words with one full stop at their end.
pub fn sentence(said: &str) -> String {
    match said.trim_end() {
        "" => String::new(),
        said if said.ends_with(['.', '!', '?']) => said.to_owned(),
        said => format!("{said}."),
    }
}

/// Whether money is real.
pub fn mode_label(live: bool) -> Html {
    if live {
        html!(<StatusLabel text="Live: real money" tone={Tone::Green} icon="bolt" />)
    } else {
        html!(<StatusLabel text="Test mode: no real money" tone={Tone::Yellow} icon="flask" />)
    }
}

/// `Visa 4242, expires 04/27`
pub fn card_words(card: &CardView) -> String {
    match &card.expires {
        Some(expires) => format!("{}, expires {expires}", card.words),
        None => card.words.clone(),
    }
}

#[derive(Properties, PartialEq)]
pub struct CardOnFileProps {
    pub card: CardView,
}

/// A card on file, and whether it is about to be worth nothing.
#[component]
pub fn CardOnFile(props: &CardOnFileProps) -> Html {
    let card = &props.card;
    html! {
        <span class="pl-row pl-flow pl-snug">
            <span class="pl-num"><Icon name="credit-card" />{ format!(" {}", card_words(card)) }</span>
            if card.expires_soon { <StatusLabel text="Expires soon" tone={Tone::Orange} icon="exclamation-triangle" /> }
        </span>
    }
}

/// The way to Settings > Stripe.
pub fn to_settings() -> Html {
    html!(<RouteLink to={Route::Settings(SettingsTab::Stripe)} class="pf-v6-c-button pf-m-link pf-m-inline">{ "Open Settings > Stripe" }</RouteLink>)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_named_with_its_last_month_where_it_is_known() {
        let mut card =
            CardView { words: "Visa 4242".into(), expires: Some("04/27".into()), expires_soon: false };
        assert_eq!(card_words(&card), "Visa 4242, expires 04/27");
        card.expires = None;
        assert_eq!(card_words(&card), "Visa 4242");
    }

    #[test]
    fn what_was_said_ends_in_one_full_stop() {
        assert_eq!(
            [sentence("No route"), sentence("Wrong key. "), sentence("")],
            ["No route.", "Wrong key.", ""]
        );
    }
}
