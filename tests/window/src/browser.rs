//! Somebody's own web browser beside the program, in which they open a page they were given.

use crate::driver::Driver;
use fantoccini::{Client, Locator};

/// A running browser; dropped, it is gone.
pub struct Browser {
    client: Client,
    _driver: Driver,
}

impl Browser {
    pub(crate) fn over(client: Client, driver: Driver) -> Self {
        Self { client, _driver: driver }
    }

    pub async fn goes_to(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|problem| panic!("go to {address}: {problem}"));
    }

    /// Writes into a field, in place of what it held.
    pub async fn types(&self, field: &str, text: &str) {
        let label = format!("//*[@id=//label[normalize-space()='{field}']/@for]");
        let found = self.client.wait().for_element(Locator::XPath(&label)).await;
        let element = found.unwrap_or_else(|problem| panic!("{field}: {problem}"));
        element.clear().await.unwrap_or_else(|problem| panic!("{field} keeps what it held: {problem}"));
        element.send_keys(text).await.unwrap_or_else(|problem| panic!("write into {field}: {problem}"));
    }

    pub async fn clicks(&self, button: &str) {
        let named = format!("//button[starts-with(normalize-space(), '{button}')]");
        let found = self.client.wait().for_element(Locator::XPath(&named)).await;
        let element = found.unwrap_or_else(|problem| panic!("{button}: {problem}"));
        element.click().await.unwrap_or_else(|problem| panic!("click {button}: {problem}"));
    }

    /// Waits until the page says `text`.
    pub async fn sees(&self, text: &str) {
        let saying = format!("//body[contains(normalize-space(), '{text}')]");
        if let Err(problem) = self.client.wait().for_element(Locator::XPath(&saying)).await {
            let source = self.client.source().await.unwrap_or_default();
            panic!("the page never says {text}: {problem}\n{source}");
        }
    }

    pub async fn closes(self) {
        let _ = self.client.clone().close().await;
    }
}
