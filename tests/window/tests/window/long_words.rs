//! Names as long as German makes them, and names that are written from right to left: nothing runs out of its place.

use serde_json::{Value, json};
use window::{Front, Stage};

const GERMAN: &str = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
const ARABIC: &str = "مركز الواحة الزرقاء للعناية بالبشرة والاسترخاء والعلاج الطبيعي المتكامل";

#[tokio::test(flavor = "current_thread")]
async fn long_names_and_arabic_stay_in_their_place() {
    let front = Stage::of_the_demo(4).size(1024, 700).open().await;
    front.signs_in("Dana Whitfield", "4711").await;
    let names = Names::give(&front).await;
    let mut findings = Vec::new();
    for (page, route) in names.pages() {
        front.goes_to(&route).await;
        findings.extend(front.overflows(&page).await);
        front.picture(&format!("long-{page}")).await;
    }
    front.goes_to(&format!("/checkout/for/{}", names.member)).await;
    for item in &names.items {
        front.clicks(item).await;
    }
    findings.extend(front.overflows("checkout").await);
    front.picture("long-checkout").await;
    front.press("F9").await;
    findings.extend(front.overflows("pay").await);
    front.picture("long-pay").await;
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
    front.closes().await;
}

struct Names {
    member: String,
    organization: String,
    tier: String,
    items: Vec<String>,
}

impl Names {
    async fn give(front: &Front) -> Self {
        let mut items = Vec::new();
        let listed = asks(front, json!({ "do": "list_items" })).await;
        let services =
            listed["items"].as_array().unwrap().iter().filter(|row| row["item"]["kind"] == "service");
        for (row, name) in services.take(2).zip([GERMAN, ARABIC]) {
            let mut item = row["item"].clone();
            item["name"] = json!(name);
            item["favourite"] = json!(true);
            item["do"] = json!("save_item");
            asks(front, item).await;
            items.push(name.to_owned());
        }
        let plans = asks(front, json!({ "do": "list_plans" })).await;
        let mut tier = String::new();
        for (view, name) in plans["plans"].as_array().unwrap().iter().zip([GERMAN, ARABIC]) {
            let plan = &view["plan"];
            let mut about = plan["about"].clone();
            about["name"] = json!(name);
            about["description"] = json!(format!("{name} {name} {name}"));
            let newest = plan["versions"].as_array().unwrap().last().unwrap();
            let save = json!({ "do": "save_plan", "id": plan["id"], "about": about, "terms": newest["terms"], "note": "" });
            asks(front, save).await;
            tier = plan["id"].as_str().unwrap().to_owned();
        }
        let members = asks(front, json!({ "do": "list_members" })).await;
        let mut member = String::new();
        for (row, name) in members["rows"].as_array().unwrap().iter().zip([GERMAN, ARABIC]) {
            member = row["customer"].as_str().unwrap().to_owned();
            let known = asks(front, json!({ "do": "get_customer", "id": member })).await;
            let mut person = known["customer"]["person"].clone();
            person["name"] = json!(format!("{name} {name}"));
            person["email"] = json!(format!("{}@example.com", "sehrlangeradresse".repeat(6)));
            asks(front, json!({ "do": "edit_customer", "id": member, "person": person })).await;
            asks(front, json!({ "do": "add_note", "id": member, "text": format!("{name} {name} {name}") }))
                .await;
        }
        let office = json!({ "name": ARABIC, "organization": { "contact": GERMAN, "reference": GERMAN } });
        let made = asks(front, json!({ "do": "create_customer", "person": office })).await;
        let organization = made["customer"]["id"].as_str().unwrap().to_owned();
        Self { member, organization, tier, items }
    }

    fn pages(&self) -> Vec<(String, String)> {
        let mut pages: Vec<(String, String)> = [
            ("members", "/members"),
            ("organizations", "/members/organizations"),
            ("tiers", "/inventory/memberships/tiers"),
            ("items", "/inventory/items"),
            ("tasks", "/tasks"),
        ]
        .map(|(page, route)| (page.to_owned(), route.to_owned()))
        .into();
        let profile =
            ["overview", "memberships", "purchases", "credits", "billing", "family", "notes", "log"];
        pages.extend(profile.map(|tab| (tab.to_owned(), format!("/customers/{}/{tab}", self.member))));
        pages.push(("organization".into(), format!("/customers/{}/overview", self.organization)));
        pages.push(("tier-form".into(), format!("/inventory/memberships/tiers/{}/edit", self.tier)));
        pages
    }
}

async fn asks(front: &Front, mut request: Value) -> Value {
    request["key"] = json!(uuid(&request));
    front.asks(request.clone()).await.unwrap_or_else(|refused| panic!("{request}: {refused}"))
}

/// A key that follows from what is asked.
fn uuid(request: &Value) -> String {
    let sum =
        request.to_string().bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("00000000-0000-4000-8000-{:012x}", sum & 0xffff_ffff_ffff)
}
