//! The counter: items on the left, the ticket on the right.
//!
//! What is typed lives in [`state::Counter`], a pure reducer; its price comes from the rules themselves, in this window,
//! with no call to the desk until it is held or paid.

mod attach;
mod benefits;
mod benefits_panel;
mod charging;
mod done;
pub mod held;
mod items;
mod kept;
mod lines;
mod pay;
pub mod payment;
mod pricing;
#[cfg(test)]
mod sample;
pub mod scanned;
mod sell_plan;
mod state;
mod strip;
mod use_less;
mod why;
pub mod words;

use crate::components::{
    Button, Dialog, EmptyState, Look, Menu, MenuItem, MoneyField, Refusal, Skeleton, TextField, parse_money,
};
use crate::components::{Icon, RouteLink};
use crate::keys::{self, Command, use_command, use_optional_command, use_scan};
use crate::pages::gift_cards::card::Balance;
use crate::query::use_query;
use crate::route::Route;
use crate::session::use_session;
use crate::toast::{Notify, use_toast};
use crate::{bridge, ids};
use attach::Attach;
use benefits_panel::BenefitsPanel;
use domain::plan::TaxMode;
use domain::{CustomerId, ItemId, Money, PlanId};
use done::Done;
use held::{Held, Today};
use items::{Items, Narrow};
use kept::{open_tickets, put_away, use_kept, use_people_beside, use_restored};
use lines::{DiscountEditor, Lines};
use pay::Pay;
use pricing::{Priced, Pricing, price};
use protocol::ErrorReply;
use protocol::practice::DrawerStands;
use protocol::tickets::{
    Catalog, CatalogItem, CustomerAtCheckout, GetCatalog, HoldTicket, ListHeld, TicketView,
};
use scanned::Scanned;
use sell_plan::SellPlan;
use state::{Action, Counter, OpenTicket};
use std::rc::Rc;
use strip::Strip;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;
use why::{Asked, Why};
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

/// What follows once somebody is on the ticket.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Nothing,
    Sell(Option<PlanId>),
}

/// What lies over the counter.
#[derive(Debug, Clone, PartialEq)]
enum Over {
    Nothing,
    Attach {
        then: Then,
    },
    Pay,
    Held,
    Today,
    Discount,
    CreditLimit,
    Note,
    /// A membership onto the ticket; which one, where it was asked for.
    Sell(Option<PlanId>),
    /// What is left on a gift card; its code where it was scanned.
    Balance(String),
    Done(Rc<TicketView>),
}

#[derive(Properties, PartialEq)]
pub struct CheckoutProps {
    /// Attach this person, as a link from their profile asks.
    #[prop_or_default]
    pub customer: Option<CustomerId>,
}

#[component]
pub fn CheckoutPage(props: &CheckoutProps) -> Html {
    let catalog = use_query(GetCatalog {});
    let restored = use_restored();
    match &catalog.data {
        Some(data) if restored => html!(<AtTheCounter catalog={data.clone()} customer={props.customer} />),
        _ => html! {
            <>
                <h1 class="pf-v6-screen-reader">{ "Checkout" }</h1>
                <div class="pl-checkout">
                    <section class="pl-items" aria-label="Items"><div class="pl-items-head">
                        <Refusal error={catalog.error.clone()} title="The items could not be read" onretry={Some(catalog.reload.clone())} />
                        if catalog.slow { <Skeleton width="100%" /><Skeleton width="70%" /><Skeleton width="90%" /> }
                    </div></section>
                    <section class="pl-ticket" aria-label="Ticket"></section>
                </div>
            </>
        },
    }
}

#[derive(Properties, PartialEq)]
struct AtTheCounterProps {
    catalog: Rc<Catalog>,
    customer: Option<CustomerId>,
}

#[component]
fn AtTheCounter(props: &AtTheCounterProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let router = use_router::<Route>();
    let counter = use_reducer(open_tickets);
    let over = use_state(|| Over::Nothing);
    let narrow = use_state(Narrow::default);
    let asked = use_state(|| None::<Asked>);
    let unknown = use_state(|| None::<ErrorReply>);
    let held = use_query(ListHeld {});

    use_effect_with((*counter).clone(), |counter| {
        let counter = counter.clone();
        put_away(counter);
    });
    use_kept(counter.to_keep());
    let act = {
        let dispatcher = counter.dispatcher();
        use_callback((), move |action: Action, ()| dispatcher.dispatch(action))
    };
    use_people_beside(&counter, &act);
    // `told`: says so, for whoever did not do it on this page.
    let bring = {
        let (act, toast) = (act.clone(), toast.clone());
        use_callback(
            props.catalog.clone(),
            move |(customer, told): (CustomerId, bool), catalog: &Rc<Catalog>| {
                let (act, toast, catalog) = (act.clone(), toast.clone(), catalog.clone());
                spawn_local(async move {
                    match bridge::call(CustomerAtCheckout { customer }).await {
                        Ok(who) => {
                            let was = open_tickets().current().clone();
                            let words = format!("{} is on the ticket", who.name);
                            let another = was.draft.customer != Some(who.customer);
                            act.emit(Action::Attach(Rc::new(who)));
                            if told {
                                toast.done(words);
                            }
                            if another {
                                tell_what_left(was, &catalog, &act, &toast);
                            }
                        }
                        Err(error) => toast.refused(&error),
                    }
                });
            },
        )
    };
    let attach = bring.reform(|customer: CustomerId| (customer, false));
    {
        let (attach, router) = (attach.clone(), router.clone());
        use_effect_with(props.customer, move |customer| {
            if let Some(customer) = *customer {
                attach.emit(customer);
                // Asked once: coming back to this address later is for whoever is next.
                if let Some(router) = router {
                    router.replace(Route::Checkout { customer: None });
                }
            }
        });
    }
    // What the person on this ticket holds is read when they come back from hold, and after every change at this desk.
    let ticket = Rc::new(counter.current().clone());
    let read_again = {
        let (act, unknown) = (act.clone(), unknown.clone());
        use_callback(ticket.draft.customer, move |(), customer: &Option<CustomerId>| {
            let Some(customer) = *customer else { return };
            let (act, unknown) = (act.clone(), unknown.clone());
            spawn_local(async move {
                match bridge::call(CustomerAtCheckout { customer }).await {
                    Ok(who) => {
                        act.emit(Action::Known(Rc::new(who)));
                        unknown.set(None);
                    }
                    Err(error) => unknown.set(Some(error)),
                }
            });
        })
    };
    {
        let read_again = read_again.clone();
        use_effect_with((ticket.draft.customer, ticket.draft.id), move |_| {
            read_again.emit(());
            let listener = bridge::on_change(read_again);
            move || drop(listener)
        });
    }

    let pricing =
        use_memo((props.catalog.clone(), ticket.clone()), |(catalog, ticket)| price(catalog, ticket));
    // A person whose benefits are not read yet would be charged the full price.
    let due = pricing.payable().filter(|_| ticket.draft.customer.is_none() || ticket.attached.is_some());
    let show = {
        let over = over.clone();
        move |what: Over| {
            let over = over.clone();
            Callback::from(move |()| over.set(what.clone()))
        }
    };
    let close = show(Over::Nothing);
    let next_person = close.reform(|()| focus_search_soon());
    use_effect_with((), |()| focus_search_unless_taken());

    let add = {
        let act = act.clone();
        use_callback((), move |item: CatalogItem, ()| {
            act.emit(Action::Add { item: Box::new(item), line: ids::fresh().into() })
        })
    };
    let pay = {
        let (act, over, toast) = (act.clone(), over.clone(), toast.clone());
        let (payable, empty) = (due.is_some(), ticket.draft.lines.is_empty());
        Callback::from(move |()| {
            if payable {
                act.emit(Action::OpenPayment(ids::request_key()));
                over.set(Over::Pay);
            } else if empty {
                toast.warn("Nothing to pay", "Add an item to the ticket first.");
            } else {
                toast.warn(
                    "Not yet",
                    "A marked line of the ticket cannot be sold like this. Change or remove it first.",
                );
            }
        })
    };
    let detach = {
        let (act, toast, catalog, was) = (act.clone(), toast.clone(), props.catalog.clone(), ticket.clone());
        Callback::from(move |()| {
            act.emit(Action::Detach);
            tell_what_left((*was).clone(), &catalog, &act, &toast);
        })
    };
    let discard = {
        let (act, toast, was) = (act.clone(), toast.clone(), ticket.clone());
        Callback::from(move |()| {
            act.emit(Action::Gone { ticket: was.draft.id, fresh: ids::fresh().into() });
            let lines = match was.draft.lines.len() {
                0 => "It had no lines.".to_owned(),
                1 => "1 line went with it.".to_owned(),
                lines => format!("{lines} lines went with it."),
            };
            let back = Action::PutBack(Box::new((*was).clone()));
            toast.undo("Ticket discarded", lines, act.reform(move |()| back.clone()));
        })
    };
    let hold = {
        let (act, toast, draft) = (act.clone(), toast.clone(), ticket.draft.clone());
        Callback::from(move |()| {
            if draft.lines.is_empty() {
                toast.warn("Nothing to hold", "Add an item to the ticket first.");
                return;
            }
            let (act, toast, draft) = (act.clone(), toast.clone(), draft.clone());
            spawn_local(async move {
                let ticket = draft.id;
                match bridge::act(HoldTicket { draft, label: String::new() }).await {
                    Ok(_) => {
                        act.emit(Action::Gone { ticket, fresh: ids::fresh().into() });
                        toast.done("Ticket held");
                    }
                    Err(error) => toast.refused(&error),
                }
            });
        })
    };
    let take = {
        let (add, bring, toast, over) = (add.clone(), bring.clone(), toast.clone(), over.clone());
        Callback::from(move |(found, told): (Scanned, bool)| {
            // Whoever scans has gone on to the next thing; a dialog that is half filled in stays.
            let leaves = matches!(*over, Over::Done(_) | Over::Attach { .. });
            match found {
                Scanned::Item(sold) => {
                    if told {
                        toast.done(format!("{} is on the ticket", sold.item.name));
                    }
                    add.emit(*sold);
                }
                Scanned::Person(holder) => bring.emit((holder.id, told)),
                Scanned::GiftCard(code) => {
                    over.set(Over::Balance(code));
                    return;
                }
                Scanned::Nothing => return,
            }
            if leaves {
                over.set(Over::Nothing);
            }
        })
    };
    let scan = {
        let (catalog, take, toast) = (props.catalog.clone(), take.clone(), toast.clone());
        Callback::from(move |code: String| {
            let (catalog, take, toast) = (catalog.clone(), take.clone(), toast.clone());
            spawn_local(async move {
                match scanned::look_up(&catalog, &code).await {
                    Ok(Scanned::Nothing) => scanned::nothing_has(&code, &toast),
                    Ok(found) => take.emit((found, false)),
                    Err(refusal) => toast.refused(&refusal),
                }
            });
        })
    };
    // Scanned on another page, which led here.
    use_effect(move || {
        if let Some(found) = scanned::arrived() {
            take.emit((found, true));
        }
    });
    // With a line chosen, its editor has these two keys.
    let choose_first = |command: Command| {
        let (act, toast) = (act.clone(), toast.clone());
        let last = ticket.draft.lines.last().map(|line| line.id);
        Callback::from(move |()| match last {
            Some(line) => {
                act.emit(Action::Select(Some(line)));
                // Its editor is drawn first.
                gloo_timers::callback::Timeout::new(0, move || keys::press(command)).forget();
            }
            None => toast.warn("No line to change", "Add an item to the ticket first."),
        })
    };
    let unchosen = ticket.selected.is_none();
    use_optional_command(unchosen.then_some(Command::Quantity), choose_first(Command::Quantity));
    use_optional_command(unchosen.then_some(Command::Price), choose_first(Command::Price));
    let why = {
        let (asked, ticket) = (asked.clone(), ticket.clone());
        Callback::from(move |()| {
            let line = ticket.selected.or_else(|| ticket.draft.lines.first().map(|line| line.id));
            asked.set(line.map(Asked::Line));
        })
    };
    let sell = {
        let (over, customer) = (over.clone(), ticket.draft.customer);
        Callback::from(move |plan: Option<PlanId>| match customer {
            Some(_) => over.set(Over::Sell(plan)),
            None => over.set(Over::Attach { then: Then::Sell(plan) }),
        })
    };
    let to_drawer = {
        let router = router.clone();
        Callback::from(move |()| {
            if let Some(router) = &router {
                router.push(Route::Drawer);
            }
        })
    };
    use_command(Command::Customer, show(Over::Attach { then: Then::Nothing }));
    use_command(Command::Hold, hold.clone());
    use_command(Command::Recall, show(Over::Held));
    use_command(Command::Pay, pay.clone());
    use_command(Command::Why, why);
    use_scan(scan);

    let onstep = {
        let (act, selected) = (act.clone(), ticket.selected);
        Callback::from(move |by: i32| {
            if let Some(line) = selected {
                act.emit(Action::StepQty(line, by))
            }
        })
    };
    let onkeydown = {
        let (act, selected) = (act.clone(), ticket.selected);
        Callback::from(move |event: KeyboardEvent| {
            let Some(line) = selected.filter(|_| !types(&event)) else { return };
            let action = match event.key().as_str() {
                "+" => Action::StepQty(line, 1),
                "-" => Action::StepQty(line, -1),
                "Delete" | "Backspace" => Action::Remove(line),
                _ => return,
            };
            event.prevent_default();
            act.emit(action);
        })
    };
    let for_benefit = {
        let (narrow, catalog, add) = (narrow.clone(), props.catalog.clone(), add.clone());
        Callback::from(move |(name, items): (String, Vec<ItemId>)| match items.as_slice() {
            [one] => {
                if let Some(sold) = catalog.items.iter().find(|sold| sold.item.id == *one) {
                    add.emit(sold.clone())
                }
            }
            _ => narrow.set(Narrow::For(name, items)),
        })
    };
    let add_shown = {
        let (add, narrow) = (add.clone(), narrow.clone());
        Callback::from(move |item: CatalogItem| {
            add.emit(item);
            // What a benefit was looked for is found.
            if matches!(*narrow, Narrow::For(..)) {
                narrow.set(Narrow::All);
            }
        })
    };
    let onnarrow = {
        let narrow = narrow.clone();
        Callback::from(move |next| narrow.set(next))
    };
    let lines_why = {
        let asked = asked.clone();
        Callback::from(move |line| asked.set(Some(Asked::Line(line))))
    };
    let benefit_why = {
        let asked = asked.clone();
        Callback::from(move |key| asked.set(Some(Asked::Benefit(key))))
    };
    let no_why = {
        let asked = asked.clone();
        Callback::from(move |()| asked.set(None))
    };
    let held_count = held.data.as_ref().map_or(0, |list| list.held.len());
    html! {
        <>
            <h1 class="pf-v6-screen-reader">{ "Checkout" }</h1>
            <div class="pl-checkout" {onkeydown}>
                <Items catalog={props.catalog.clone()} narrow={(*narrow).clone()} {onnarrow} onadd={add_shown} {onstep} />
                <section class="pl-ticket" aria-label={title(&props.catalog, &ticket)}>
                    { tabs(&counter, &props.catalog, &act, held_count, &show(Over::Held), menu(&ticket, &act, &show, sell.reform(|()| None), to_drawer, discard)) }
                    <Strip ticket={ticket.clone()} onattach={show(Over::Attach { then: Then::Nothing })} ondetach={detach}
                        problem={unknown.as_ref().map(|error| error.message.clone())} onretry={read_again.clone()} />
                    <div class="pl-ticket-scroll" tabindex="-1">
                        if ticket.draft.lines.is_empty() {
                            <EmptyState title="An empty ticket">{ "Choose an item, type its name (F2), or scan it." }</EmptyState>
                        } else {
                            <Lines ticket={ticket.clone()} catalog={props.catalog.clone()} pricing={pricing.clone()} currency={session.currency()} act={act.clone()} onwhy={lines_why} />
                        }
                        { ticket_extras(&ticket, &show) }
                        if let Some(priced) = pricing.priced() {
                            <BenefitsPanel priced={priced.clone()} catalog={props.catalog.clone()} attached={ticket.draft.customer.is_some()} act={act.clone()}
                                onadd={for_benefit} onwhy={benefit_why} onsell={sell.reform(Some)} />
                        }
                    </div>
                    if let (Some(asked), Some(priced)) = (*asked, pricing.priced()) {
                        <Why {asked} priced={priced.clone()} catalog={props.catalog.clone()} onclose={no_why} />
                    }
                    <Sums pricing={pricing.clone()} />
                    if session.drawer == DrawerStands::Closed {
                        <p class="pl-small pl-drawer-hint"><Icon name="coins" />{ " The cash drawer is closed. " }<RouteLink to={Route::Drawer}>{ "Count and open it" }</RouteLink></p>
                    }
                    <div class="pl-paybar">
                        <Button text="Hold" command={Command::Hold} disabled={ticket.draft.lines.is_empty()} onclick={hold} />
                        <Button look={Look::Primary} command={Command::Pay} disabled={due.is_none()} onclick={pay}
                            text={due.map_or_else(|| "Pay".to_owned(), |due| format!("Pay {}", session.money(due)))} />
                    </div>
                </section>
            </div>
            { match &*over {
                Over::Nothing => html!(),
                Over::Attach { then } => {
                    let (over, attach, then) = (over.clone(), attach.clone(), *then);
                    let onchoose = Callback::from(move |id: CustomerId| {
                        attach.emit(id);
                        over.set(match then {
                            Then::Nothing => Over::Nothing,
                            Then::Sell(plan) => Over::Sell(plan),
                        });
                    });
                    let description = match then {
                        Then::Nothing => "",
                        Then::Sell(_) => "Then choose their membership; it is paid with this ticket.",
                    };
                    html!(<Attach {onchoose} onclose={show(Over::Nothing)} {description} />)
                }
                Over::Sell(plan) => match &ticket.attached {
                    Some(who) => html!(<SellPlan catalog={props.catalog.clone()} customer={who.customer} name={who.name.clone()} plan={*plan}
                        on_ticket={ticket.sold_plans()} onsell={act.reform(|line| Action::Sell(Box::new(line)))} onclose={close} />),
                    // Who they are is on its way.
                    None => html!(),
                },
                Over::Balance(code) => html!(<Balance key={code.clone()} code={code.clone()} onclose={close} />),
                Over::Pay => match (pricing.priced(), ticket.payment) {
                    (Some(priced), Some(payment)) if due.is_some() => {
                        let onpaid = {
                            let (over, act) = (over.clone(), act.clone());
                            Callback::from(move |paid: Rc<TicketView>| {
                                let ticket = paid.id;
                                over.set(Over::Done(paid));
                                act.emit(Action::Gone { ticket, fresh: ids::fresh().into() });
                            })
                        };
                        html!(<Pay title={pay_title(&props.catalog, &ticket)} draft={ticket.draft.clone()}
                            priced={priced.clone()} {payment} card={ticket.attached.as_ref().and_then(|who| who.card.clone())} {onpaid} onclose={close} onstale={read_again} />)
                    }
                    _ => html!(<Dialog title="The ticket changed" onclose={close} secondary="Back to ticket" width="30rem">
                        <p>{ "Something on the ticket changed while the payment was open, so it cannot be paid as it was. No money was taken. Look at the ticket, then pay again." }</p>
                    </Dialog>),
                },
                Over::Held => {
                    let (over, act) = (over.clone(), act.clone());
                    let onrecalled = Callback::from(move |draft| {
                        act.emit(Action::Recalled(Box::new(draft)));
                        over.set(Over::Nothing);
                    });
                    html!(<Held {onrecalled} onclose={close} />)
                }
                Over::Today => html!(<Today onclose={close} />),
                Over::Discount => html! {
                    <Dialog title="Discount on the ticket" onclose={close.clone()} secondary="" width="30rem">
                        <DiscountEditor current={ticket.draft.ticket_discount.clone()} onsave={act.reform(Action::TicketDiscount)} done={close} />
                    </Dialog>
                },
                Over::CreditLimit => html!(<CreditLimit current={ticket.draft.credit_limit} used={pricing.priced().map_or(Money::ZERO, |priced| priced.quote.totals.credits)}
                    onset={act.reform(Action::CreditLimit)} onclose={close} />),
                Over::Note => html!(<TicketNote note={ticket.draft.note.clone()} onset={act.reform(Action::SetTicketNote)} onclose={close} />),
                Over::Done(paid) => html!(<Done ticket={paid.clone()} onnext={next_person} />),
            } }
        </>
    }
}

/// A membership goes with the person it was sold to; said aloud, for nobody asked for that.
fn tell_what_left(was: OpenTicket, catalog: &Catalog, act: &Callback<Action>, toast: &Notify) {
    let sold = was.draft.lines.iter().filter(|line| line.sells.is_some());
    let names: Vec<String> = sold.filter_map(|line| words::line_name(catalog, line)).collect();
    let Some((last, others)) = names.split_last() else { return };
    let title = if others.is_empty() {
        format!("{last} is off the ticket")
    } else {
        format!("{} and {last} are off the ticket", others.join(", "))
    };
    let who = was.attached.as_ref().map_or("somebody", |who| who.name.as_str());
    let text = format!("Sold to {who}, who is not on the ticket any more.");
    let back = Action::PutMembershipsBack(Box::new(was));
    toast.undo(title, text, act.reform(move |()| back.clone()));
}

/// Puts the focus where the next item is typed, once what lay over the page is gone.
fn focus_search_soon() {
    let focus = || {
        let field =
            web_sys::window().and_then(|window| window.document()?.get_element_by_id(items::SEARCH_ID));
        if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    };
    gloo_timers::callback::Timeout::new(0, focus).forget();
}

/// The same for a page that has just come: whoever opened the finder meanwhile goes on typing there.
fn focus_search_unless_taken() {
    let document = web_sys::window().and_then(|window| window.document());
    let focused = document.and_then(|document| document.active_element());
    let taken =
        focused.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    if !taken {
        focus_search_soon();
    }
}

/// The focus is where text is typed.
fn types(event: &KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        let kind = element.get_attribute("type").unwrap_or_default();
        match element.tag_name().as_str() {
            "TEXTAREA" | "SELECT" => true,
            "INPUT" => kind != "checkbox" && kind != "radio",
            _ => false,
        }
    })
}

/// What a ticket is called before it has a number: whose it is, else its first item.
fn title(catalog: &Catalog, ticket: &OpenTicket) -> String {
    if let Some(who) = &ticket.attached {
        return who.name.clone();
    }
    let first = ticket.draft.lines.first().and_then(|line| words::line_name(catalog, line));
    first.unwrap_or_else(|| "New ticket".to_owned())
}

fn pay_title(catalog: &Catalog, ticket: &OpenTicket) -> String {
    match &ticket.attached {
        Some(who) => format!("Pay the ticket of {}", who.name),
        None => match ticket.draft.lines.len() {
            1 => format!("Pay {}", title(catalog, ticket)),
            lines => format!("Pay {lines} lines"),
        },
    }
}

fn tabs(
    counter: &Counter,
    catalog: &Catalog,
    act: &Callback<Action>,
    held: usize,
    onheld: &Callback<()>,
    menu: Html,
) -> Html {
    let open = act.reform(|()| Action::Open(ids::fresh().into()));
    let several = counter.tickets.len() > 1;
    html! {
        <div class="pl-ticket-tabs">
            if several {
                <div class="pl-open-tickets" role="group" aria-label="Open tickets">
                    { for counter.tickets.iter().map(|ticket| {
                        let (id, on) = (ticket.draft.id, ticket.draft.id == counter.current().draft.id);
                        let onclick = act.reform(move |_: MouseEvent| Action::Show(id));
                        html!(<button key={id.to_string()} type="button" class="pl-chip pl-clip" aria-pressed={on.to_string()} dir="auto" {onclick}>{ title(catalog, ticket) }</button>)
                    }) }
                </div>
            } else {
                <span class="pl-section-title">{ "Ticket" }</span>
            }
            <span class="pl-grow"></span>
            if held > 0 {
                <Button look={Look::Link} small=true text={format!("Held {held}")} label={format!("Held {held} tickets")} onclick={onheld.clone()} />
            }
            <Button look={Look::Plain} icon="plus" label="New ticket" onclick={open} />
            { menu }
        </div>
    }
}

fn menu(
    ticket: &OpenTicket,
    act: &Callback<Action>,
    show: &impl Fn(Over) -> Callback<()>,
    sell: Callback<()>,
    to_drawer: Callback<()>,
    discard: Callback<()>,
) -> Html {
    let empty = ticket.draft.lines.is_empty().then_some("Add an item first");
    let items = vec![
        MenuItem::action("Sell a membership", "id-card", sell),
        MenuItem::action("Gift card balance", "gift", show(Over::Balance(String::new()))),
        MenuItem::action("Discount on the ticket", "percent", show(Over::Discount)).apart().refused(empty),
        MenuItem::action("Use only part of the credit", "coins", show(Over::CreditLimit))
            .refused(ticket.attached.is_none().then_some("No member is on the ticket")),
        MenuItem::action("Note on the ticket", "pen", show(Over::Note)),
        MenuItem::action("Recall a held ticket", "history", show(Over::Held))
            .about(Command::Recall.key_hint())
            .apart(),
        MenuItem::action("Next open ticket", "exchange-alt", act.reform(|()| Action::ShowNext)),
        MenuItem::action("Today’s tickets", "receipt", show(Over::Today)).about("And those of any other day"),
        MenuItem::action("Cash drawer", "coins", to_drawer),
        MenuItem::action("Discard this ticket", "trash", discard)
            .danger()
            .apart()
            .refused(ticket.is_untouched().then_some("It is empty")),
    ];
    html!(<Menu class="pf-m-plain" label="More for this ticket" {items} toggle={html!(<crate::components::Icon name="ellipsis-v" />)} />)
}

/// What was said of the ticket as a whole, between its lines and the benefits.
fn ticket_extras(ticket: &OpenTicket, show: &impl Fn(Over) -> Callback<()>) -> Html {
    let draft = &ticket.draft;
    html! {
        <>
            if let Some(discount) = &draft.ticket_discount {
                <TicketDiscountRow words={discount.reason.clone()} value={discount.value} onclick={show(Over::Discount)} />
            }
            if !draft.note.is_empty() {
                <div class="pl-extra"><span class="pl-small pl-subtle" dir="auto">{ &draft.note }</span><Button look={Look::Inline} class="pl-small" text="Edit" label="Edit the note on the ticket" onclick={show(Over::Note)} /></div>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct TicketDiscountRowProps {
    words: String,
    value: domain::plan::DiscountValue,
    onclick: Callback<()>,
}

#[component]
fn TicketDiscountRow(props: &TicketDiscountRowProps) -> Html {
    let session = use_session();
    html! {
        <div class="pl-extra">
            <span class="pl-clip">{ format!("{} the ticket", words::discount(props.value, session.currency())) }<span class="pl-small pl-subtle" dir="auto">{ format!("\u{2002}{}", props.words) }</span></span>
            <Button look={Look::Inline} class="pl-small" text="Edit" label="Edit the discount on the ticket" onclick={props.onclick.clone()} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SumsProps {
    pricing: Rc<Pricing>,
}

/// List, savings, discount, tax, credits and due.
#[component]
fn Sums(props: &SumsProps) -> Html {
    let session = use_session();
    let totals = props.pricing.priced().map(|priced| priced.quote.totals).unwrap_or_default();
    let money = |amount: Money| session.money(amount);
    let tax = if props.pricing.priced().is_some_and(has_tax_inside) { "Tax inside" } else { "Tax" };
    html! {
        <dl class="pl-totals" aria-live="polite">
            <dt>{ "List" }</dt><dd class="pl-money">{ money(totals.list) }</dd>
            <dt>{ "Savings" }</dt><dd class={classes!("pl-money", totals.savings.is_positive().then_some("pl-saving"))}>{ money(-totals.savings) }</dd>
            if totals.manual.is_positive() {
                <dt>{ "Discount" }</dt><dd class="pl-money">{ money(-totals.manual) }</dd>
            }
            <dt>{ tax }</dt><dd class="pl-money">{ money(totals.tax) }</dd>
            <dt>{ "Credits" }</dt><dd class="pl-money">{ money(-totals.credits) }</dd>
            <dt class="pl-due">{ "Due" }</dt><dd class="pl-due">{ money(totals.due) }</dd>
        </dl>
    }
}

fn has_tax_inside(priced: &Priced) -> bool {
    let mut taxed = priced.input.lines.iter().filter(|line| !line.tax_rate.is_zero()).peekable();
    taxed.peek().is_some() && taxed.all(|line| line.tax_mode == TaxMode::Inclusive)
}

#[derive(Properties, PartialEq)]
struct CreditLimitProps {
    current: Option<Money>,
    used: Money,
    onset: Callback<Option<Money>>,
    onclose: Callback<()>,
}

/// Uses only part of the credit on this ticket.
#[component]
fn CreditLimit(props: &CreditLimitProps) -> Html {
    let session = use_session();
    let currency = session.currency();
    let text = use_state(|| currency.format_plain(props.current.unwrap_or(props.used)));
    let parsed = parse_money(currency, &text)
        .and_then(|amount| if amount.is_negative() { Err("Not below zero".to_owned()) } else { Ok(amount) });
    let onchange = {
        let text = text.clone();
        Callback::from(move |typed| text.set(typed))
    };
    let onprimary = {
        let (set, close, limit) = (props.onset.clone(), props.onclose.clone(), parsed.clone().ok());
        Callback::from(move |()| {
            set.emit(limit);
            close.emit(());
        })
    };
    let all = {
        let (set, close) = (props.onset.clone(), props.onclose.clone());
        Callback::from(move |()| {
            set.emit(None);
            close.emit(());
        })
    };
    let primary = parsed
        .as_ref()
        .map_or_else(|_| "Use it".to_owned(), |limit| format!("Use at most {}", session.money(*limit)));
    html! {
        <Dialog title="Use part of the credit" {primary} {onprimary} disabled={parsed.is_err()} onclose={props.onclose.clone()} width="30rem"
            beside={html!(if props.current.is_some() { <Button look={Look::Link} text="Use all of it" onclick={all} /> })}>
            <MoneyField label="At most, on this ticket" value={(*text).clone()} {onchange} error={parsed.err().map(AttrValue::from)} autofocus=true
                help={format!("{} is used now. What is not used stays with the member.", session.money(props.used))} />
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct TicketNoteProps {
    note: String,
    onset: Callback<String>,
    onclose: Callback<()>,
}

#[component]
fn TicketNote(props: &TicketNoteProps) -> Html {
    let text = use_state(|| props.note.clone());
    let onchange = {
        let text = text.clone();
        Callback::from(move |typed| text.set(typed))
    };
    let onprimary = {
        let (set, close, text) = (props.onset.clone(), props.onclose.clone(), text.clone());
        Callback::from(move |()| {
            set.emit(text.trim().to_owned());
            close.emit(());
        })
    };
    html! {
        <Dialog title="Note on the ticket" primary="Save note" {onprimary} onclose={props.onclose.clone()} width="30rem">
            <TextField label="Note" value={(*text).clone()} {onchange} autofocus=true max_length={500} help="For the practice; it is not printed" />
        </Dialog>
    }
}
