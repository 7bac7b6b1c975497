//! A picture of one page of the real window; see `cargo xtask help`.

use anyhow::{Context, Result, bail};
use serde_json::json;
use std::path::PathBuf;
use window::{Front, Stage, Theme};

#[derive(Default)]
struct Wish {
    data: Option<PathBuf>,
    route: Option<String>,
    theme: Option<String>,
    size: Option<String>,
    sign_in: Option<String>,
    out: Option<PathBuf>,
    steps: Vec<Step>,
}

/// What a hand does on the page before the picture.
enum Step {
    Click(String),
    Press(String),
    /// Into a field.
    Type(String, String),
    /// Waits for these words.
    See(String),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let wish = Wish::read(std::env::args().skip(1))?;
    let mut stage = Stage::new();
    if let Some(data) = &wish.data {
        stage = stage.on(data);
    }
    if let Some(size) = &wish.size {
        let (width, height) = size.split_once('x').context("--size is like 1024x700")?;
        stage = stage.size(width.parse()?, height.parse()?);
    }
    match wish.theme.as_deref() {
        None | Some("light") => {}
        Some("dark") => stage = stage.theme(Theme::Dark),
        Some(other) => bail!("no theme is called {other}"),
    }
    let front = stage.open().await;
    if let Some(who) = &wish.sign_in {
        sign_in(&front, who).await?;
    }
    front.goes_to(wish.route.as_deref().unwrap_or("/")).await;
    for step in &wish.steps {
        match step {
            Step::Click(what) => front.clicks(what).await,
            Step::Press(keys) => front.press(keys).await,
            Step::Type(field, text) => front.types(field, text).await,
            Step::See(text) => front.sees(text).await,
        }
    }
    front.settles().await;
    let out = wish.out.unwrap_or_else(|| window::artifacts().join("shot.png"));
    println!("{}", front.picture_to(&out).await.display());
    front.closes().await;
    Ok(())
}

/// `NAME:PIN`, or a PIN alone for the first of the staff.
async fn sign_in(front: &Front, who: &str) -> Result<()> {
    let (name, pin) = who.rsplit_once(':').unwrap_or(("", who));
    let door =
        front.asks(json!({ "do": "who_am_i" })).await.map_err(|refused| anyhow::anyhow!("{refused}"))?;
    let staff = door["staff"].as_array().context("the door names no staff")?;
    let person = staff
        .iter()
        .find(|person| person["name"].as_str().is_some_and(|known| known.starts_with(name)))
        .with_context(|| format!("nobody is called {name}: {door}"))?;
    front
        .asks(json!({ "do": "sign_in", "staff": person["id"], "pin": pin }))
        .await
        .map_err(|refused| anyhow::anyhow!("{refused}"))?;
    Ok(())
}

impl Wish {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut wish = Self::default();
        while let Some(word) = words.next() {
            let value = words.next().with_context(|| format!("{word} needs a value"))?;
            match word.as_str() {
                "--data" => wish.data = Some(value.into()),
                "--route" => wish.route = Some(value),
                "--theme" => wish.theme = Some(value),
                "--size" => wish.size = Some(value),
                "--sign-in" => wish.sign_in = Some(value),
                "--out" => wish.out = Some(value.into()),
                "--click" => wish.steps.push(Step::Click(value)),
                "--press" => wish.steps.push(Step::Press(value)),
                "--see" => wish.steps.push(Step::See(value)),
                "--type" => {
                    let (field, text) = value.split_once('=').context("--type is like Name=Ana")?;
                    wish.steps.push(Step::Type(field.to_owned(), text.to_owned()));
                }
                other => bail!("{other} is not understood"),
            }
        }
        Ok(wish)
    }
}
