//! The hands and eyes of a person at the window.

use crate::{Browser, Stage, Theme, artifacts, axe, driver::Driver};
use anyhow::Result;
use fantoccini::{
    Client,
    actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    key::Key,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// The longest any verb waits for the page. Local work answers at once; this is for a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);
const A_WHILE: Duration = Duration::from_secs(180);

/// The name under which WebDriver passes an element, fixed by its standard.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Between two looks at the page.
const GLANCE: Duration = Duration::from_millis(25);

/// An open window. Closing is [`Front::closes`]; dropped, the program is killed.
pub struct Front {
    client: Client,
    /// Before the stage: the program goes before its display and its folders.
    _driver: Driver,
    stage: Stage,
}

/// Finds the control that a person would mean, of those that can be seen.
///
/// A control's name is its `aria-label`, the label that points at it, its text, its placeholder or its title. The
/// first that is named exactly so wins; then the first whose name starts so (a button's name may go on with its key).
const FIND: &str = r##"
    const [wanted, selector] = arguments;
    const seen = e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && !e.closest('[inert]'); };
    if (/^[#.\[]/.test(wanted)) return [...document.querySelectorAll(wanted)].find(seen) || null;
    const tidy = s => (s || '').replace(/\s+/g, ' ').trim();
    const names = e => [
        e.getAttribute('aria-label'),
        ...(e.getAttribute('aria-labelledby') || '').split(' ').map(id => id && document.getElementById(id)?.innerText),
        ...[...(e.labels || [])].map(l => l.innerText),
        e.innerText, e.placeholder, e.title,
    ].map(tidy).filter(Boolean);
    const front = document.querySelector('[role=dialog], .pf-v6-c-modal-box');
    const all = [...(front ? front.querySelectorAll(selector) : []), ...document.querySelectorAll(selector)].filter(seen);
    const found = all.find(e => names(e).includes(wanted))
        || all.find(e => names(e).some(n => n.replace(/ ?\*$/, '') === wanted))
        || all.find(e => names(e).some(n => n.startsWith(wanted))) || null;
    // What a hand meets of a switch is its label; the field lies under it.
    return found?.matches('[role=switch]') ? found.closest('label') : found;
"##;

/// Longer than a scanner rests between two keys.
const A_HAND: Duration = Duration::from_millis(100);

const CONTROLS: &str = "button, a, [role=button], [role=tab], [role=menuitem], [role=option], [role=switch], \
    summary, tr[tabindex], input[type=checkbox], input[type=radio], label";
const FIELDS: &str = "input, textarea, select, [contenteditable=true]";
const NAVIGATION: &str = "nav a, nav button";

impl Front {
    pub(crate) async fn over(client: Client, driver: Driver, stage: Stage) -> Result<Self> {
        let front = Self::at(client, driver, stage);
        let (width, height) = front.stage.size;
        front.resize(width, height).await?;
        front.until("the first page", "return document.body && document.body.innerText.trim() !== ''").await;
        front.wear_theme().await;
        Ok(front)
    }

    /// Whatever the window shows by now.
    pub(crate) fn at(client: Client, driver: Driver, stage: Stage) -> Self {
        Self { client, stage, _driver: driver }
    }

    /// WebDriver sets the size of the whole window; the page must have this size, whatever frame is around it.
    async fn resize(&self, width: u32, height: u32) -> Result<()> {
        if self.inner_size().await == (width, height) {
            return Ok(());
        }
        self.client.set_window_size(width, height).await?;
        // The page hears of its new size a little later; what is still missing then is the frame's.
        let started = Instant::now();
        let mut inner = self.inner_size().await;
        while inner != (width, height) && started.elapsed() < Duration::from_secs(1) {
            tokio::time::sleep(GLANCE).await;
            inner = self.inner_size().await;
        }
        let (more, taller) = (width.saturating_sub(inner.0), height.saturating_sub(inner.1));
        if more + taller > 0 {
            self.client.set_window_size(width + more, height + taller).await?;
            let asked = "return innerWidth >= arguments[0] && innerHeight >= arguments[1]";
            self.until_with("the new size", asked, vec![json!(width), json!(height)]).await;
        }
        Ok(())
    }

    async fn inner_size(&self) -> (u32, u32) {
        let inner = self.script("return [innerWidth, innerHeight]", vec![]).await;
        let side = |n: usize| inner[n].as_u64().unwrap_or(0) as u32;
        (side(0), side(1))
    }

    async fn wear_theme(&self) {
        if self.stage.theme == Theme::Dark {
            self.wear(Theme::Dark).await;
        }
    }

    async fn wear(&self, theme: Theme) {
        // A colour on its way from one theme to the other is of neither.
        let script = "if (!document.getElementById('still')) {
                const still = Object.assign(document.createElement('style'), { id: 'still' });
                still.textContent = '*, *::before, *::after { transition: none !important }';
                document.head.append(still);
            }
            document.documentElement.classList.toggle('pf-v6-theme-dark', arguments[0])";
        self.script(script, vec![json!(theme == Theme::Dark)]).await;
    }

    /// Unlocks the desk as a person of the staff would.
    pub async fn signs_in(&self, name: &str, pin: &str) {
        self.sees(name).await;
        let initials: String = name.split(' ').filter_map(|word| word.chars().next()).collect();
        self.clicks(&format!("{initials} {name}")).await;
        // On a busy machine the pad hears no key before it is painted.
        self.sees("Somebody else").await;
        self.settles().await;
        for digit in pin.chars() {
            self.press(&digit.to_string()).await;
        }
        self.press("Enter").await;
        self.sees_no_more("Somebody else").await;
    }

    /// Chooses a page in the navigation.
    pub async fn open(&self, page: &str) {
        self.find(page, NAVIGATION)
            .await
            .click()
            .await
            .unwrap_or_else(|problem| panic!("open {page}: {problem}"));
        self.settles().await;
    }

    /// Goes to an address inside the program, as after a restart there.
    pub async fn goes_to(&self, route: &str) {
        let address = self.script("return location.origin", vec![]).await;
        let address = format!("{}{route}", address.as_str().unwrap_or_default());
        // A busy machine may answer before the page begins to be replaced: the old one would be taken for the new.
        self.script("window.isLeft = true", vec![]).await;
        self.client.goto(&address).await.unwrap_or_else(|problem| panic!("go to {route}: {problem}"));
        self.until(
            "the page",
            "return !window.isLeft && document.body && document.body.innerText.trim() !== ''",
        )
        .await;
        self.wear_theme().await;
        self.settles().await;
    }

    /// Presses a button, follows a link, chooses a tab or a menu entry.
    pub async fn clicks(&self, what: &str) {
        let element = self.find(what, CONTROLS).await;
        // The driver is content with a corner of it in sight, and then clicks beside it.
        self.script("arguments[0].scrollIntoView({ block: 'nearest' })", vec![element_value(&element)]).await;
        if let Err(problem) = element.click().await {
            self.fails(&format!("{what} could not be clicked: {problem}")).await;
        }
    }

    /// Presses a button twice before the page has heard of the first time, as an impatient hand does.
    pub async fn clicks_twice(&self, what: &str) {
        let element = self.find(what, CONTROLS).await;
        self.script("arguments[0].click(); arguments[0].click()", vec![element_value(&element)]).await;
    }

    /// Writes into a field, in place of what it held.
    pub async fn types(&self, field: &str, text: &str) {
        let element = self.find(field, FIELDS).await;
        self.script("arguments[0].focus(); arguments[0].select?.()", vec![element_value(&element)]).await;
        let typed = if text.is_empty() { String::from(char::from(Key::Delete)) } else { text.to_owned() };
        if let Err(problem) = element.send_keys(&typed).await {
            self.fails(&format!("{field} could not be written into: {problem}")).await;
        }
        // The driver types as fast as a scanner does: were Enter to follow at once, it would be taken for a scan.
        tokio::time::sleep(A_HAND).await;
    }

    /// Draws two strokes on a pad with the mouse, as somebody who signs.
    pub async fn signs(&self, pad: &str) {
        let pad = self.find(pad, "canvas").await;
        let to = |x: f64, y: f64| PointerAction::MoveToElement {
            element: pad.clone(),
            duration: Some(GLANCE),
            x,
            y,
        };
        let (down, up) = (
            PointerAction::Down { button: MOUSE_BUTTON_LEFT },
            PointerAction::Up { button: MOUSE_BUTTON_LEFT },
        );
        let mut hand = MouseActions::new("hand".to_owned());
        for stroke in [
            [(-160.0, 20.0), (-120.0, -40.0), (-90.0, 30.0), (-50.0, -30.0), (-10.0, 25.0)],
            [(10.0, 10.0), (40.0, -20.0), (70.0, 20.0), (110.0, -10.0), (160.0, 5.0)],
        ] {
            for (nth, (x, y)) in stroke.into_iter().enumerate() {
                hand = hand.then(to(x, y));
                if nth == 0 {
                    hand = hand.then(down.clone());
                }
            }
            hand = hand.then(up.clone());
        }
        self.client.perform_actions(hand).await.unwrap_or_else(|problem| panic!("sign: {problem}"));
    }

    /// Chooses a drawn photograph in the file field of the page; the system's own dialog is not reached from here.
    pub async fn chooses_a_picture(&self, name: &str, width: u32, height: u32) {
        let script = "const [name, width, height, done] = arguments;
            const canvas = Object.assign(document.createElement('canvas'), { width, height });
            const draw = canvas.getContext('2d');
            const sky = draw.createLinearGradient(0, 0, 0, height);
            sky.addColorStop(0, '#bcd8e8'); sky.addColorStop(1, '#2f6f55');
            draw.fillStyle = sky; draw.fillRect(0, 0, width, height);
            draw.fillStyle = '#f4e3b0'; draw.beginPath(); draw.arc(width * .7, height * .35, height * .18, 0, 7); draw.fill();
            canvas.toBlob(blob => {
                const chosen = new DataTransfer();
                chosen.items.add(new File([blob], name, { type: 'image/png' }));
                const field = document.querySelector('input[type=file]');
                field.files = chosen.files;
                field.dispatchEvent(new Event('change', { bubbles: true }));
                done(true);
            }, 'image/png');";
        self.client
            .execute_async(script, vec![json!(name), json!(width), json!(height)])
            .await
            .unwrap_or_else(|problem| panic!("choose the picture {name}: {problem}"));
    }

    /// Chooses a text file in the file field of the page; the system's own dialog is not reached from here.
    pub async fn chooses_a_file(&self, name: &str, text: &str) {
        let script = "const [name, text] = arguments;
            const chosen = new DataTransfer();
            chosen.items.add(new File([text], name, { type: 'text/csv' }));
            const field = document.querySelector('input[type=file]');
            field.files = chosen.files;
            field.dispatchEvent(new Event('change', { bubbles: true }));";
        self.script(script, vec![json!(name), json!(text)]).await;
    }

    /// Chooses an entry of a list field.
    pub async fn chooses(&self, field: &str, entry: &str) {
        let element = self.find(field, FIELDS).await;
        if let Err(problem) = element.select_by_label(entry).await {
            self.fails(&format!("{entry} could not be chosen in {field}: {problem}")).await;
        }
    }

    /// Presses a key wherever the focus is: `F9`, `Enter`, `Ctrl+K`, `Shift+Tab`.
    pub async fn press(&self, keys: &str) {
        let keys: Vec<char> = keys.split('+').map(key).collect();
        let mut actions = KeyActions::new("keyboard".to_owned());
        for &value in &keys {
            actions = actions.then(KeyAction::Down { value });
        }
        for &value in keys.iter().rev() {
            actions = actions.then(KeyAction::Up { value });
        }
        self.client
            .perform_actions(actions)
            .await
            .unwrap_or_else(|problem| panic!("press {keys:?}: {problem}"));
    }

    /// Types character by character wherever the focus is, as fast as a barcode scanner.
    pub async fn scans(&self, code: &str) {
        let mut actions = KeyActions::new("scanner".to_owned());
        for value in code.chars().chain([char::from(Key::Enter)]) {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.unwrap_or_else(|problem| panic!("scan {code}: {problem}"));
    }

    /// Waits until the page says `text`, however its lines are broken.
    pub async fn sees(&self, text: &str) {
        self.until_with(&format!("“{text}”"), &says("includes(wanted)"), vec![json!(text)]).await;
    }

    /// Waits for `text` as long as a year of history may take to be made up, or Stripe to be asked for news.
    pub async fn sees_after_a_while(&self, text: &str) {
        let arguments = vec![json!(text)];
        self.until_within(A_WHILE, &format!("“{text}”"), &says("includes(wanted)"), arguments).await;
    }

    /// Waits until an image of this description is painted.
    pub async fn shows_an_image(&self, alt: &str) {
        let painted = "const [alt] = arguments;
            return [...document.images].some(image => image.alt === alt && image.complete && image.naturalWidth > 0);";
        self.until_with(&format!("the image “{alt}”"), painted, vec![json!(alt)]).await;
    }

    /// Waits until the page no longer says `text`.
    pub async fn sees_no_more(&self, text: &str) {
        self.until_with(&format!("“{text}” gone"), &says("includes(wanted) === false"), vec![json!(text)])
            .await;
    }

    /// What a field holds now.
    pub async fn reads(&self, field: &str) -> String {
        let element = self.find(field, FIELDS).await;
        let value = self.script("return arguments[0].value", vec![element_value(&element)]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// All the text of the page, one space for every gap.
    pub async fn text(&self) -> String {
        let text = self.script("return document.body.innerText.replace(/\\s+/g, ' ')", vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// What the page is called.
    pub async fn title(&self) -> String {
        self.client.title().await.unwrap_or_default()
    }

    /// The address inside the program.
    pub async fn route(&self) -> String {
        self.script("return location.pathname + location.search", vec![])
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Asks the door directly, as the page would; the reply or the refusal.
    pub async fn asks(&self, request: Value) -> std::result::Result<Value, Value> {
        let script = "const done = arguments[arguments.length - 1];
            window.__TAURI_INTERNALS__.invoke('call', { request: arguments[0] })
                .then(ok => done({ ok }), refused => done({ refused }));";
        let answer = self
            .client
            .execute_async(script, vec![request])
            .await
            .unwrap_or_else(|problem| panic!("the door did not answer: {problem}"));
        if answer["refused"].is_null() { Ok(answer["ok"].clone()) } else { Err(answer["refused"].clone()) }
    }

    /// The same where nothing stands in the way.
    pub async fn does(&self, request: Value) -> Value {
        self.asks(request).await.unwrap_or_else(|refusal| panic!("refused: {refusal}"))
    }

    /// Leaves the dialog or menu that lies over the page.
    pub async fn leaves(&self) {
        self.press("Escape").await;
        let gone = "return !document.querySelector('.pl-menu, .pl-popover, .pl-calendar, [role=dialog], .pf-v6-c-modal-box')";
        self.until("the page without anything over it", gone).await;
    }

    /// Waits until nothing loads and what is shown has been painted.
    pub async fn settles(&self) {
        self.until("an idle page", "return document.fonts.status === 'loaded' && !document.querySelector('[aria-busy=true], .pf-v6-c-skeleton')").await;
        let asked = "window.isPainted = false;
            requestAnimationFrame(() => requestAnimationFrame(() => { window.isPainted = true; })); return true;";
        self.until("a page that can be asked", asked).await;
        // A page that was replaced since was painted to be what it is.
        self.until("what is shown to be painted", "return window.isPainted !== false").await;
    }

    /// Lets as much time pass as a hand needs from its last key to the scanner: the driver types as fast as a scanner
    /// does, and nothing but time tells the two apart.
    pub async fn takes_up_the_scanner(&self) {
        let later = "const done = arguments[arguments.length - 1]; setTimeout(() => done(true), 400);";
        self.client.execute_async(later, vec![]).await.unwrap_or_else(|problem| panic!("time: {problem}"));
    }

    /// Takes a picture of the page.
    pub async fn picture(&self, page: &str) -> PathBuf {
        self.settles().await;
        let (width, height) = self.stage.size;
        let folder = artifacts().join(format!("{}-{width}x{height}", self.stage.theme.name()));
        self.picture_to(&folder.join(format!("{page}.png"))).await
    }

    /// Where the program saved a file of this name.
    pub fn saved(&self, name: &str) -> PathBuf {
        self.stage.saved().join(name)
    }

    /// Takes four pictures of the page as it stands, light and dark, large and small, and checks both themes with
    /// axe-core. The findings, in words.
    pub async fn portraits(&self, page: &str) -> Vec<String> {
        let was = (self.stage.theme, self.stage.size);
        let mut findings = Vec::new();
        for (theme, size, checked) in [
            (Theme::Light, (1280, 800), true),
            (Theme::Dark, (1280, 800), false),
            (Theme::Dark, (1024, 700), true),
            (Theme::Light, (1024, 700), false),
        ] {
            self.wear(theme).await;
            self.resize(size.0, size.1).await.unwrap_or_else(|problem| panic!("resize: {problem}"));
            let folder = artifacts().join(format!("{}-{}x{}", theme.name(), size.0, size.1));
            self.settles().await;
            self.picture_to(&folder.join(format!("{page}.png"))).await;
            if checked {
                let grave = self.barriers().await;
                findings.extend(grave.into_iter().map(|one| format!("{page}, {}: {one}", theme.name())));
            }
        }
        self.wear(was.0).await;
        self.resize(was.1.0, was.1.1).await.unwrap_or_else(|problem| panic!("resize: {problem}"));
        // The page hears of its last size with the next frame; a menu opened before that would close.
        self.settles().await;
        findings
    }

    pub async fn picture_to(&self, path: &std::path::Path) -> PathBuf {
        let picture =
            self.client.screenshot().await.unwrap_or_else(|problem| panic!("no picture: {problem}"));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder for pictures");
        }
        fs::write(path, picture).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
        path.to_owned()
    }

    /// What is wider than its place: a page that scrolls sideways, or words that are cut off without a sign.
    pub async fn overflows(&self, page: &str) -> Vec<String> {
        self.settles().await;
        let found = self
            .script(
                "const wide = [];
                if (document.documentElement.scrollWidth > innerWidth + 1) wide.push('the page scrolls sideways');
                for (const one of document.querySelectorAll('body *')) {
                    const style = getComputedStyle(one), box = one.getBoundingClientRect();
                    if (!box.width || one.closest('.pl-paper, .pf-v6-u-screen-reader, [hidden]')) continue;
                    const words = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
                    const clipped = (of) => of && of !== document.body && (/(hidden|clip|auto|scroll)/.test(getComputedStyle(of).overflowX) || clipped(of.parentElement));
                    const cut = one.scrollWidth > one.clientWidth + 1 && style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis';
                    if (words && cut && style.display !== 'inline') wide.push(`cut off: ${one.className} ${one.textContent.slice(0, 40)}`);
                    if (words && (box.right > innerWidth + 1 || box.left < -1) && !one.closest('.pl-skip') && !clipped(one.parentElement))
                        wide.push(`outside: ${one.className} ${one.textContent.slice(0, 40)}`);
                }
                return wide;",
                vec![],
            )
            .await;
        let found: Vec<String> = serde_json::from_value(found).expect("a list of words");
        found.into_iter().map(|one| format!("{page}: {one}")).collect()
    }

    /// Checks the page with axe-core.
    pub async fn is_accessible(&self, page: &str) {
        let grave = self.barriers().await;
        assert!(grave.is_empty(), "{page} is not accessible:\n{}", grave.join("\n"));
    }

    async fn barriers(&self) -> Vec<String> {
        self.settles().await;
        self.script(&axe::source(), vec![]).await;
        let findings = self
            .client
            .execute_async(axe::RUN, vec![])
            .await
            .unwrap_or_else(|problem| panic!("axe did not answer: {problem}"));
        axe::grave(&findings)
    }

    /// Opens a browser on the same display, as somebody outside the program has one.
    pub async fn browser(&self) -> Browser {
        self.stage.browser().await.unwrap_or_else(|problem| panic!("{problem:#}"))
    }

    /// Waits until the page shows exactly this code as a square of dots: `path` is what draws it.
    pub async fn shows_dots(&self, label: &str, path: &str) {
        let drawn = "const [label, path] = arguments;
            return [...document.querySelectorAll('svg.pl-dots')].some(dots =>
                dots.getAttribute('aria-label') === label && dots.querySelector('path').getAttribute('d') === path);";
        self.until_with(&format!("the code “{label}”"), drawn, vec![json!(label), json!(path)]).await;
    }

    /// Closes the program and opens it again on the same data.
    pub async fn restarts(self) -> Self {
        let stage = self.stage.clone();
        self.closes().await;
        stage.open().await
    }

    /// The program is killed as by a pulled plug, and opened again on the same data.
    pub async fn is_killed_and_opened_again(self) -> Self {
        let stage = self.stage.clone();
        // Dropping the driver kills it with all it started; it is asked for nothing before.
        drop(self);
        stage.open().await
    }

    pub async fn closes(self) {
        // The driver ends the program with the session; what is left goes when the driver is dropped.
        let _ = self.client.clone().close().await;
    }

    /// Waits until a control is there.
    pub async fn waits_for(&self, what: &str) {
        self.find(what, CONTROLS).await;
    }

    async fn find(&self, what: &str, selector: &str) -> Element {
        let started = Instant::now();
        loop {
            let found = self.script(FIND, vec![json!(what), json!(selector)]).await;
            if let Some(id) = found[ELEMENT].as_str() {
                return Element::from_element_id(self.client.clone(), id.to_owned().into());
            }
            if started.elapsed() > PATIENCE {
                self.fails(&format!("nothing here is called “{what}”")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn until(&self, what: &str, script: &str) {
        self.until_with(what, script, vec![]).await;
    }

    async fn until_with(&self, what: &str, script: &str, arguments: Vec<Value>) {
        self.until_within(PATIENCE, what, script, arguments).await;
    }

    async fn until_within(&self, patience: Duration, what: &str, script: &str, arguments: Vec<Value>) {
        let started = Instant::now();
        // A page that is being replaced answers an error; the next one is asked again.
        while !matches!(self.client.execute(script, arguments.clone()).await, Ok(Value::Bool(true))) {
            if started.elapsed() > patience {
                self.fails(&format!("waited in vain for {what}")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap_or_else(|problem| panic!("script: {problem}"))
    }

    async fn fails(&self, what: &str) -> ! {
        // A test runs in a thread of its own, which is called like it.
        let test = std::thread::current().name().unwrap_or("main").replace("::", "-");
        let picture = self.picture_to(&artifacts().join(format!("failed-{test}.png"))).await;
        panic!(
            "{what}\nat {}\nthe page says: {}\npicture: {}\nthe program says:\n{}",
            self.route().await,
            self.text().await,
            picture.display(),
            self.stage.log(),
        );
    }
}

fn says(test: &str) -> String {
    format!(
        "const wanted = arguments[0].replace(/\\s+/g, ' ');
         const values = [...document.querySelectorAll('input, textarea')].map(e => e.value).join(' ');
         return (document.body.innerText + ' ' + values).replace(/\\s+/g, ' ').{test}"
    )
}

fn element_value(element: &Element) -> Value {
    json!({ ELEMENT: element.element_id().as_ref() })
}

fn key(name: &str) -> char {
    let special = match name {
        "Ctrl" => Key::Control,
        "Shift" => Key::Shift,
        "Alt" => Key::Alt,
        "Enter" => Key::Enter,
        "Esc" | "Escape" => Key::Escape,
        "Tab" => Key::Tab,
        "Delete" => Key::Delete,
        "Backspace" => Key::Backspace,
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Left" => Key::Left,
        "Right" => Key::Right,
        "Home" => Key::Home,
        "End" => Key::End,
        "Space" => return ' ',
        "F1" => Key::F1,
        "F2" => Key::F2,
        "F3" => Key::F3,
        "F4" => Key::F4,
        "F5" => Key::F5,
        "F6" => Key::F6,
        "F7" => Key::F7,
        "F8" => Key::F8,
        "F9" => Key::F9,
        "F10" => Key::F10,
        "F11" => Key::F11,
        "F12" => Key::F12,
        letter => {
            let mut characters = letter.chars();
            return match (characters.next(), characters.next()) {
                (Some(one), None) => one.to_ascii_lowercase(),
                _ => panic!("no key is called {letter}"),
            };
        }
    };
    char::from(special)
}
