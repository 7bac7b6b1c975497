//! The tabs of the tier form that have one of everything: general, pricing, access, family and policies.

use super::controls::{Labelled, Picking, Sheet};
use super::picture::Picture;
use super::rules::chips;
use crate::pages::memberships::art::Art;
use crate::pages::memberships::draft::{FamilyMode, Field, Setup};
use crate::pages::memberships::words::frequency_name;
use domain::plan::{AfterGrace, Frequency, TaxMode};
use protocol::practice::PracticeView;
use yew::prelude::*;

pub fn general(sheet: &Sheet<'_>, practice: &PracticeView) -> Html {
    let draft = sheet.draft;
    let locations =
        practice.locations.iter().filter(|one| !one.archived || draft.locations.contains(&one.id)).map(
            |one| {
                let id = one.id;
                sheet.check(
                    &format!("tier-location-{id}"),
                    &one.name,
                    draft.locations.contains(&id),
                    move |draft, on| {
                        draft.locations.retain(|other| *other != id);
                        if on {
                            draft.locations.push(id);
                        }
                    },
                )
            },
        );
    let description = {
        let edit = sheet.edit.clone();
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<web_sys::HtmlTextAreaElement>().value();
            edit.emit(Box::new(move |draft| draft.description = text));
        })
    };
    let onimage = {
        let edit = sheet.edit.clone();
        Callback::from(move |image: Option<String>| edit.emit(Box::new(move |draft| draft.image = image)))
    };
    html! {
        <section class="pl-panel pl-fields">
            { Labelled::new("tier-name", "Name").required().wide().problem((sheet.problem)(Field::Name)).input(
                &draft.name, 80, sheet.typing(|draft, text| draft.name = text), sheet.blur(Field::Name)) }
            { Labelled::new("tier-description", "Description").wide().help("What a member reads under the name.").area(
                &draft.description, 2_000, description) }
            <Picture art={Art::at(draft.order)} image={draft.image.clone()} alt={draft.image_alt.clone()} {onimage}
                onalt={sheet.typing(|draft, text| draft.image_alt = text)} />
            { Labelled::new("tier-scope", "Where its benefits hold").group(sheet.radios(
                "tier-everywhere",
                &[(true, "At all locations", ""), (false, "At chosen locations", "")],
                draft.everywhere,
                |draft, everywhere| draft.everywhere = everywhere,
            )) }
            if !draft.everywhere {
                { Labelled::new("tier-locations", "Locations").required().problem((sheet.problem)(Field::Locations)).group(
                    html! { <div class="pl-stack">{ for locations }</div> }) }
            }
        </section>
    }
}

pub fn pricing(sheet: &Sheet<'_>) -> Html {
    let draft = sheet.draft;
    let frequencies = Frequency::ALL.map(|frequency| (frequency, frequency_name(frequency)));
    html! {
        <section class="pl-panel pl-fields">
            { Labelled::new("tier-frequency", "Billed").wide().group(sheet.toggles(
                "Billed", &frequencies, draft.frequency, |draft, frequency| draft.frequency = frequency)) }
            { Labelled::new("tier-price", "Price").required().help("Of each period.").problem((sheet.problem)(Field::Price)).money(
                sheet.currency, &draft.price, sheet.typing(|draft, text| draft.price = text), sheet.blur(Field::Price)) }
            { Labelled::new("tier-tax", "Tax rate").help("0 where memberships are not taxed.").problem((sheet.problem)(Field::TaxRate)).number(
                "%", &draft.tax_rate, sheet.typing(|draft, text| draft.tax_rate = text), sheet.blur(Field::TaxRate)) }
            { Labelled::new("tier-tax-mode", "Tax").group(sheet.radios(
                "tier-tax-mode",
                &[(TaxMode::Exclusive, "Comes on top of the price", ""), (TaxMode::Inclusive, "Is inside the price", "")],
                draft.tax_mode,
                |draft, mode| draft.tax_mode = mode,
            )) }
            { Labelled::new("tier-setup", "With the first charge").group(sheet.radios(
                "tier-setup",
                &[(Setup::None, "Nothing more", ""), (Setup::Fee, "A setup fee", ""), (Setup::OpeningDiscount, "An opening discount", "")],
                draft.setup,
                |draft, setup| draft.setup = setup,
            )) }
            { match draft.setup {
                Setup::None => html! {},
                Setup::Fee | Setup::OpeningDiscount => {
                    let (label, help) = match draft.setup {
                        Setup::OpeningDiscount => ("Opening discount", "Comes off the first charge, which is never below zero."),
                        Setup::Fee | Setup::None => ("Setup fee", "Added to the first charge, once."),
                    };
                    Labelled::new("tier-setup-fee", label).required().help(help).problem((sheet.problem)(Field::SetupFee)).money(
                        sheet.currency, &draft.setup_fee, sheet.typing(|draft, text| draft.setup_fee = text), sheet.blur(Field::SetupFee))
                }
            } }
            { Labelled::new("tier-minimum", "At least").help("Paid periods before a cancellation is allowed; 0: none.")
                .problem((sheet.problem)(Field::MinimumCycles)).number(
                "periods", &draft.minimum_cycles, sheet.typing(|draft, text| draft.minimum_cycles = text), sheet.blur(Field::MinimumCycles)) }
            { Labelled::new("tier-maximum", "At most").help("Periods after which it ends by itself; 0: no end.")
                .problem((sheet.problem)(Field::MaximumCycles)).number(
                "periods", &draft.maximum_cycles, sheet.typing(|draft, text| draft.maximum_cycles = text), sheet.blur(Field::MaximumCycles)) }
        </section>
    }
}

pub fn access(sheet: &Sheet<'_>) -> Html {
    html! {
        <section class="pl-panel pl-stack">
            { Labelled::new("tier-access", "Only members may buy")
                .help("Anyone else is told which tiers open these. An item named by several tiers is open to the members of each.")
                .group(chips(sheet, &sheet.draft.access, "Nothing is kept for members", Picking::Access)) }
        </section>
    }
}

pub fn family(sheet: &Sheet<'_>) -> Html {
    let draft = sheet.draft;
    html! {
        <section class="pl-panel pl-fields">
            { Labelled::new("tier-family", "Who else is covered").wide().group(sheet.radios(
                "tier-family",
                &[
                    (FamilyMode::None, "Nobody", "Only the member."),
                    (FamilyMode::Shared, "Family shares", "Everyone draws from the member's credits, at no extra price."),
                    (FamilyMode::AddOn, "Family members are added on", "Each has credits of their own, at a price of their own."),
                    (FamilyMode::Both, "Added on, and sharing", "Own credits first, then the member's."),
                ],
                draft.family,
                |draft, family| draft.family = family,
            )) }
            if draft.family.has_price() {
                { Labelled::new("family-price", "Price of each").required().help("Added to every period's charge.")
                    .problem((sheet.problem)(Field::FamilyPrice)).money(
                    sheet.currency, &draft.family_price, sheet.typing(|draft, text| draft.family_price = text), sheet.blur(Field::FamilyPrice)) }
            }
            if draft.family != FamilyMode::None {
                { Labelled::new("family-up-to", "Up to").required().help("Beside the member.").problem((sheet.problem)(Field::FamilyUpTo)).number(
                    "people", &draft.family_up_to, sheet.typing(|draft, text| draft.family_up_to = text), sheet.blur(Field::FamilyUpTo)) }
            }
        </section>
    }
}

pub fn policies(sheet: &Sheet<'_>) -> Html {
    let draft = sheet.draft;
    html! {
        <>
            <section class="pl-panel pl-stack">
                <h2 class="pl-section-title">{ "Pause" }</h2>
                { sheet.check("pause-allowed", "A member may pause", draft.pause_allowed, |draft, on| draft.pause_allowed = on) }
                if draft.pause_allowed {
                    <div class="pl-fields">
                        { Labelled::new("pauses-per-year", "At most").problem((sheet.problem)(Field::PausesPerYear)).number(
                            "times a year", &draft.pauses_per_year, sheet.typing(|draft, text| draft.pauses_per_year = text), sheet.blur(Field::PausesPerYear)) }
                        { Labelled::new("pause-days", "At most").problem((sheet.problem)(Field::PauseDays)).number(
                            "days each", &draft.pause_days, sheet.typing(|draft, text| draft.pause_days = text), sheet.blur(Field::PauseDays)) }
                    </div>
                    { sheet.check("pause-keeps", "Benefits stay on while it is paused", draft.pause_keeps_benefits,
                        |draft, on| draft.pause_keeps_benefits = on) }
                }
            </section>
            <section class="pl-panel pl-stack">
                <h2 class="pl-section-title">{ "Cancel" }</h2>
                <p class="pl-small pl-subtle">{ "A cancellation holds at the end of the paid period, unless it is made at once." }</p>
                { Labelled::new("tier-prorates", "Cancelled at once").group(sheet.radios(
                    "tier-prorates",
                    &[(true, "Gives back the unused days", "By calendar days of the period that was paid."), (false, "Gives nothing back", "")],
                    draft.prorates,
                    |draft, prorates| draft.prorates = prorates,
                )) }
            </section>
            <section class="pl-panel pl-stack">
                <h2 class="pl-section-title">{ "Past due" }</h2>
                <div class="pl-fields">
                    { Labelled::new("grace-days", "Benefits stay on for").help("After the day a charge was due.").problem((sheet.problem)(Field::GraceDays)).number(
                        "days", &draft.grace_days, sheet.typing(|draft, text| draft.grace_days = text), sheet.blur(Field::GraceDays)) }
                    { Labelled::new("tier-afterwards", "And then").group(sheet.radios(
                        "tier-afterwards",
                        &[(AfterGrace::StaysPastDue, "It stays past due, without benefits", ""), (AfterGrace::Cancels, "It is cancelled", "")],
                        draft.afterwards,
                        |draft, afterwards| draft.afterwards = afterwards,
                    )) }
                </div>
            </section>
        </>
    }
}
