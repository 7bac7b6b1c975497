//! Every page and dialog of the window on a practice with a past: light and dark, large and small, and usable by
//! everyone.

use serde_json::{Value, json};
use window::{Front, Stage};

/// The pages of the frame, by their addresses.
const PAGES: &[(&str, &str)] = &[
    ("checkout-empty", "/checkout"),
    ("members", "/members"),
    ("organizations", "/members/organizations"),
    ("tiers", "/inventory/memberships/tiers"),
    ("tier-new", "/inventory/memberships/tiers/new"),
    ("tier-members", "/inventory/memberships/members"),
    ("items", "/inventory/items"),
    ("tasks", "/tasks"),
    ("queue-empty", "/queue"),
    ("settings-practice", "/settings/practice"),
    ("settings-locations", "/settings/locations"),
    ("settings-staff", "/settings/staff"),
    ("settings-taxes", "/settings/taxes"),
    ("settings-categories", "/settings/categories"),
    ("settings-receipt", "/settings/receipt"),
    ("settings-mail-new", "/settings/mail"),
    ("settings-security", "/settings/security"),
    ("settings-appearance", "/settings/appearance"),
    ("settings-about", "/settings/about"),
    ("not-found", "/there/is/no/such/page"),
];

const PROFILE: &[&str] =
    &["overview", "memberships", "purchases", "credits", "billing", "family", "notes", "log"];

const TIER_FORM: &[&str] =
    &["General", "Pricing", "Discounts", "Credits", "Included services", "Access", "Family plan", "Policies"];

/// Takes the pictures, and keeps what is found until every page has been seen.
struct Walk {
    front: Front,
    findings: Vec<String>,
}

#[tokio::test(flavor = "current_thread")]
async fn every_page_can_be_seen_and_used_by_everyone() {
    let mut walk = Walk { front: Stage::of_the_demo(24).open().await, findings: Vec::new() };
    walk.lock_screen().await;
    for (name, route) in PAGES {
        walk.front.goes_to(route).await;
        walk.sees(name).await;
    }
    walk.tiers().await;
    walk.members().await;
    walk.profile().await;
    walk.checkout().await;
    walk.dialogs_of_lists().await;
    walk.frame().await;
    assert!(walk.findings.is_empty(), "{} findings:\n{}", walk.findings.len(), walk.findings.join("\n"));
    walk.front.closes().await;
}

impl Walk {
    async fn sees(&mut self, page: &str) {
        self.findings.extend(self.front.portraits(page).await);
    }

    /// Does something that opens a dialog, sees it and leaves it.
    async fn opens(&mut self, page: &str, presses: &[&str]) {
        for press in presses {
            self.front.clicks(press).await;
        }
        self.sees(page).await;
        self.front.leaves().await;
    }

    async fn lock_screen(&mut self) {
        self.front.sees("Dana Whitfield").await;
        self.sees("lock").await;
        self.front.clicks("DW Dana Whitfield").await;
        self.sees("lock-pin").await;
        for digit in "4711".chars() {
            self.front.press(&digit.to_string()).await;
        }
        self.front.press("Enter").await;
        self.front.sees("An empty ticket").await;
    }

    async fn tiers(&mut self) {
        let tiers = "/inventory/memberships/tiers";
        self.front.goes_to(tiers).await;
        let plans = self.asks(json!({ "do": "list_plans" })).await;
        let plan = plans["plans"]
            .as_array()
            .and_then(|plans| plans.iter().find(|one| has_credits(&one["plan"])))
            .expect("a plan with credits")["plan"]
            .clone();
        let name = plan["about"]["name"].as_str().expect("a plan has a name").to_owned();
        self.front.clicks(&format!("What {name} includes")).await;
        self.sees("tier-open").await;
        self.opens("tier-menu", &[&format!("Actions for {name}")]).await;
        self.opens("tier-archive", &[&format!("Actions for {name}"), "Archive"]).await;
        self.front.goes_to(&format!("{tiers}/{}/edit", id(&plan))).await;
        for tab in TIER_FORM {
            self.front.clicks(tab).await;
            self.sees(&format!("tier-form-{}", tab.to_lowercase().replace(' ', "-"))).await;
        }
    }

    async fn members(&mut self) {
        self.front.goes_to("/inventory/memberships/members").await;
        self.opens("members-filter", &["Status: all running"]).await;
        let rows = self.asks(json!({ "do": "list_members", "status": "active" })).await;
        let name = text(&rows["rows"][0]["name"]);
        let menu = format!("Actions for {name}");
        self.opens("member-menu", &[&menu]).await;
        self.opens("member-drawer", &[&menu, "View details"]).await;
        self.opens("member-pause", &[&menu, "Pause"]).await;
        self.opens("member-cancel", &[&menu, "Cancel membership"]).await;
        self.opens("enroll", &["Add Member"]).await;
    }

    async fn profile(&mut self) {
        let rows = self.asks(json!({ "do": "list_members", "status": "active" })).await;
        let customer = text(&rows["rows"][0]["customer"]);
        for tab in PROFILE {
            self.front.goes_to(&format!("/customers/{customer}/{tab}")).await;
            self.sees(&format!("profile-{tab}")).await;
        }
        let name = text(&rows["rows"][0]["name"]);
        let more = format!("More for {name}");
        self.opens("profile-edit", &[&more, "Edit"]).await;
        self.opens("profile-merge", &[&more, "Merge a duplicate"]).await;
        self.opens("profile-card", &[&more, "Member card"]).await;
        self.front.goes_to("/manual").await;
        self.front.sees("The first day").await;
        self.sees("manual").await;
        let tickets = self.asks(json!({ "do": "list_tickets", "customer": customer })).await;
        let ticket = id(&tickets["rows"][0]);
        self.front.goes_to(&format!("/tickets/{ticket}")).await;
        self.sees("ticket").await;
    }

    async fn checkout(&mut self) {
        let rows = self.asks(json!({ "do": "list_members", "status": "active" })).await;
        let customer = text(&rows["rows"][0]["customer"]);
        self.front.goes_to(&format!("/checkout/for/{customer}")).await;
        let items = self.asks(json!({ "do": "list_items" })).await;
        for item in items["items"].as_array().expect("items").iter().take(3) {
            self.front.clicks(&text(&item["item"]["name"])).await;
        }
        self.sees("checkout-member").await;
        self.front.press("F1").await;
        self.sees("checkout-why").await;
        self.front.leaves().await;
        self.front.press("F9").await;
        self.sees("checkout-pay").await;
        self.front.leaves().await;
        self.front.press("F3").await;
        self.sees("checkout-find").await;
        self.front.leaves().await;
    }

    async fn dialogs_of_lists(&mut self) {
        self.front.goes_to("/inventory/items").await;
        self.opens("item-new", &["Add item"]).await;
        self.front.goes_to("/settings/locations").await;
        self.opens("location-new", &["Add location"]).await;
        self.front.goes_to("/settings/staff").await;
        self.opens("staff-new", &["Add person"]).await;
        self.opens("staff-log", &["Actions for Dana Whitfield", "What they did"]).await;
    }

    async fn frame(&mut self) {
        self.front.goes_to("/checkout").await;
        self.front.press("Ctrl+K").await;
        self.sees("palette").await;
        self.front.leaves().await;
    }

    async fn asks(&self, request: Value) -> Value {
        self.front.asks(request).await.unwrap_or_else(|refused| panic!("{refused}"))
    }
}

fn id(of: &Value) -> String {
    text(&of["id"])
}

fn has_credits(plan: &Value) -> bool {
    let newest = plan["versions"].as_array().and_then(|versions| versions.last());
    newest.is_some_and(|version| {
        version["terms"]["credits"].as_array().is_some_and(|credits| !credits.is_empty())
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
