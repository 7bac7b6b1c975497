//! Pictures as they are kept, drawn as large as their place.

use crate::PaperError;
use krilla::geom::Size;
use krilla::image::Image;

/// A picture as it is kept.
pub enum Picture {
    Png(Vec<u8>),
    Jpeg(Vec<u8>),
}

impl Picture {
    /// By its media type, which is one of the two that are kept.
    pub fn of(media_type: &str, bytes: Vec<u8>) -> Self {
        match media_type {
            "image/png" => Self::Png(bytes),
            _ => Self::Jpeg(bytes),
        }
    }

    /// As large as it fits, in points.
    pub(crate) fn drawn(self, widest: f32, highest: f32) -> Result<(Image, Size), PaperError> {
        let image = match self {
            Self::Png(bytes) => Image::from_png(bytes.into(), true),
            Self::Jpeg(bytes) => Image::from_jpeg(bytes.into(), true),
        };
        let image = image.map_err(PaperError::Pdf)?;
        let (wide, high) = image.size();
        let (wide, high) = (wide as f32, high as f32);
        let scale = (widest / wide).min(highest / high);
        let size = Size::from_wh(wide * scale, high * scale)
            .ok_or_else(|| PaperError::Pdf("a picture without a size".to_owned()))?;
        Ok((image, size))
    }
}
