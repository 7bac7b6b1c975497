use super::picture::{Fits, ImageRefusal, Picture, picture};
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::Instant;
use protocol::images::{ImageStored, LARGEST_FILE, StoreImage};
use sqlx::sqlite::SqliteConnection;
use store::query;

/// How long a picture is kept that nothing names yet: somebody is still typing the plan it is for.
const UNNAMED_MILLIS: i64 = 24 * 60 * 60 * 1000;

pub(crate) async fn prepare(request: StoreImage) -> Result<Picture> {
    read(request.base64, Fits::SCREEN).await
}

/// Reads and scales a file, before any transaction: it takes a processor's time, and a sale does not wait for it.
pub(crate) async fn read(base64: String, fits: Fits) -> Result<Picture> {
    // Four characters of base64 stand for three bytes.
    let size = base64.len() / 4 * 3;
    if size > LARGEST_FILE {
        return Err(Refusal::Image(ImageRefusal::ImageTooLarge {
            megabytes: size.div_ceil(1024 * 1024),
            most: LARGEST_FILE / 1024 / 1024,
        }));
    }
    tokio::task::spawn_blocking(move || {
        let file = BASE64_STANDARD.decode(&base64).map_err(|_| ImageRefusal::NotAPicture)?;
        picture(&file, fits)
    })
    .await
    .unwrap_or(Err(ImageRefusal::ImageBroken))
    .map_err(Refusal::Image)
}

/// Keeps what [`prepare`] made, once for the same bytes, and drops what nothing has named for a day.
pub(crate) async fn store_image(op: &mut Op<'_>, picture: Picture) -> Result<ImageStored> {
    let ground = op.here.ground.clone();
    let now = op.here.now;
    let logo = ground.practice.as_ref().and_then(|practice| practice.logo.as_deref());
    let shown = ground.plans.values().filter_map(|plan| plan.about.image.as_deref());
    let used: Vec<&str> = shown.chain(logo).collect();
    let long_ago = Instant::from_millis(now.millis() - UNNAMED_MILLIS);
    query::drop_images(op.conn().await?, &used, long_ago).await?;
    let hash = blake3::hash(&picture.bytes);
    let stored = ImageStored {
        hash: hash.to_hex().to_string(),
        width: picture.width,
        height: picture.height,
        size: picture.bytes.len() as u32,
    };
    query::keep_image(op.conn().await?, &picture.row(), now).await?;
    Ok(stored)
}

/// Whether a picture of this hash, in lowercase hex, is kept here.
pub(crate) async fn known(conn: &mut SqliteConnection, hash: &str) -> Result<bool> {
    match blake3::Hash::from_hex(hash) {
        // Written another way the same hash would look like another picture.
        Ok(read) if read.to_hex().as_str() == hash => Ok(query::has_image(conn, read.as_bytes()).await?),
        _ => Ok(false),
    }
}
