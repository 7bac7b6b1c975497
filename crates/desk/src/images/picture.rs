//! A file of any size into the picture that is kept.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use std::io::Cursor;
use store::query::ImageRow;

/// The largest that is kept of a picture, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fits {
    wide: u32,
    high: u32,
}

impl Fits {
    /// What a screen shows of a plan.
    pub const SCREEN: Self = Self { wide: 1280, high: 720 };
    /// A page that can still be read: 170 dots an inch, either way up.
    pub const PAGE: Self = Self { wide: 2000, high: 2000 };
}

/// The most bytes that are kept of one.
const LARGEST: usize = 512 * 1024;

/// A file of a few kilobytes can claim billions of pixels; what claims more than this is not unpacked.
const MOST_PIXELS: u64 = 64_000_000;
/// The longest side that is unpacked.
const LONGEST_SIDE: u32 = 16_384;
/// The most memory that unpacking may take.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;

/// Tried in this order until the picture fits.
const JPEG_QUALITIES: [u8; 5] = [85, 75, 60, 45, 30];

/// So often it is made smaller by a quarter; after that the worst noise fits.
const TIMES_SMALLER: u32 = 8;

/// A picture ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

impl Picture {
    pub fn row(self) -> ImageRow {
        ImageRow {
            hash: *blake3::hash(&self.bytes).as_bytes(),
            media_type: self.media_type.to_owned(),
            width: self.width,
            height: self.height,
            bytes: self.bytes,
        }
    }
}

/// Why a file became no picture; nothing was kept.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ImageRefusal {
    #[error("The file is empty. Choose another picture.")]
    ImageEmpty,
    #[error("The file has {megabytes} MB; at most {most} MB are looked at. Choose a smaller picture.")]
    ImageTooLarge { megabytes: usize, most: usize },
    #[error("That is no PNG, JPEG or WebP picture, whatever its name says. Choose another file.")]
    NotAPicture,
    #[error("The picture is damaged or not complete. Choose another, or save it again.")]
    ImageBroken,
    #[error(
        "The picture is {width} by {height} pixels, more than can be unpacked. Save it smaller, then choose it again."
    )]
    TooManyPixels { width: u32, height: u32 },
}

/// Reads a file by what is in it, turns it upright, scales it down to fit and writes it anew.
///
/// Written anew, a picture has lost where and with what it was taken. Photographs become JPEG; what is transparent
/// stays PNG where that fits.
pub(crate) fn picture(file: &[u8], fits: Fits) -> Result<Picture, ImageRefusal> {
    if file.is_empty() {
        return Err(ImageRefusal::ImageEmpty);
    }
    let image = fit(unpack(file)?, fits);
    if has_holes(&image)
        && let Some(bytes) = as_png(&image)
    {
        return Ok(made("image/png", &image, bytes));
    }
    let mut opaque = DynamicImage::ImageRgb8(on_white(&image));
    for _ in 0..TIMES_SMALLER {
        if let Some(bytes) = as_jpeg(&opaque) {
            return Ok(made("image/jpeg", &opaque, bytes));
        }
        // Too grainy to be pressed together at this size.
        let (wide, high) = (opaque.width() * 3 / 4, opaque.height() * 3 / 4);
        opaque = opaque.resize(wide.max(1), high.max(1), FilterType::Lanczos3);
    }
    Err(ImageRefusal::ImageBroken)
}

fn made(media_type: &'static str, image: &DynamicImage, bytes: Vec<u8>) -> Picture {
    Picture { media_type, width: image.width(), height: image.height(), bytes }
}

fn unpack(file: &[u8]) -> Result<DynamicImage, ImageRefusal> {
    let format = image::guess_format(file)
        .ok()
        .filter(|format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP))
        .ok_or(ImageRefusal::NotAPicture)?;
    if format == ImageFormat::Jpeg && !ends_as_jpeg(file) {
        return Err(ImageRefusal::ImageBroken);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    // The sides are looked at below, where the refusal can say how large the picture is.
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|problem| broken(&problem))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width.max(height) > LONGEST_SIDE {
        return Err(ImageRefusal::TooManyPixels { width, height });
    }
    let orientation = decoder.orientation().map_err(|problem| broken(&problem))?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|problem| broken(&problem))?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// Whether the end comes after the last scan: the decoder fills what is missing with grey and says nothing.
fn ends_as_jpeg(file: &[u8]) -> bool {
    const SCAN: [u8; 2] = [0xff, 0xda];
    const END: [u8; 2] = [0xff, 0xd9];
    let last_scan = file.windows(2).rposition(|marker| marker == SCAN);
    last_scan.is_some_and(|at| file[at..].windows(2).any(|marker| marker == END))
}

fn broken(problem: &ImageError) -> ImageRefusal {
    log::info!("a picture was not read: {problem}");
    ImageRefusal::ImageBroken
}

/// Smaller, never larger, and of the same proportions.
fn fit(image: DynamicImage, fits: Fits) -> DynamicImage {
    if image.width() <= fits.wide && image.height() <= fits.high {
        return image;
    }
    image.resize(fits.wide, fits.high, FilterType::Triangle)
}

fn has_holes(image: &DynamicImage) -> bool {
    image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel[3] < u8::MAX)
}

fn on_white(image: &DynamicImage) -> RgbImage {
    let seen = image.to_rgba8();
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u32::from(colour), u32::from(alpha));
            ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

/// `None` where it does not fit.
fn as_png(image: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
    image.to_rgba8().write_with_encoder(encoder).ok()?;
    (bytes.len() <= LARGEST).then_some(bytes)
}

fn as_jpeg(image: &DynamicImage) -> Option<Vec<u8>> {
    JPEG_QUALITIES.into_iter().find_map(|quality| {
        let mut bytes = Vec::new();
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).ok()?;
        (bytes.len() <= LARGEST).then_some(bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::webp::WebPEncoder;
    use image::{Rgba, RgbaImage};

    fn picture(file: &[u8]) -> Result<Picture, ImageRefusal> {
        super::picture(file, Fits::SCREEN)
    }

    /// Every pixel another, so that nothing of it can be pressed together.
    fn noise(width: u32, height: u32) -> RgbImage {
        let mut seed = 1_u64;
        RgbImage::from_fn(width, height, |_, _| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let [red, green, blue, ..] = seed.to_le_bytes();
            Rgb([red, green, blue])
        })
    }

    fn plain(width: u32, height: u32) -> RgbImage {
        RgbImage::from_pixel(width, height, Rgb([20, 90, 60]))
    }

    fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image.into().write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn webp(image: &RgbImage) -> Vec<u8> {
        let mut file = Vec::new();
        image.write_with_encoder(WebPEncoder::new_lossless(&mut file)).unwrap();
        file
    }

    fn size(picture: &Picture) -> (u32, u32) {
        let read = image::load_from_memory(&picture.bytes).unwrap();
        assert_eq!((read.width(), read.height()), (picture.width, picture.height));
        assert!(picture.bytes.len() <= LARGEST);
        (picture.width, picture.height)
    }

    /// The start of a PNG that claims a size, with the checksum that makes it believable.
    fn claims(width: u32, height: u32) -> Vec<u8> {
        let whole = file(plain(1, 1), ImageFormat::Png);
        let mut head = b"IHDR".to_vec();
        head.extend(width.to_be_bytes());
        head.extend(height.to_be_bytes());
        head.extend(&whole[24..29]);
        let mut bomb = whole[..12].to_vec();
        bomb.extend(&head);
        bomb.extend(checksum(&head).to_be_bytes());
        bomb.extend(&whole[33..]);
        bomb
    }

    fn checksum(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8)
                .fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
        })
    }

    #[test]
    fn each_format_is_known_by_its_content_and_scaled_to_fit() {
        let large = plain(3_000, 2_000);
        for file in
            [file(large.clone(), ImageFormat::Png), file(large.clone(), ImageFormat::Jpeg), webp(&large)]
        {
            let picture = picture(&file).unwrap();
            assert_eq!(picture.media_type, "image/jpeg");
            assert_eq!(size(&picture), (1080, 720));
        }
        assert_eq!(size(&picture(&file(plain(4_000, 500), ImageFormat::Png)).unwrap()), (1280, 160));
        assert_eq!(
            size(&picture(&file(plain(64, 48), ImageFormat::Jpeg)).unwrap()),
            (64, 48),
            "never larger"
        );
    }

    #[test]
    fn what_cannot_be_pressed_together_loses_quality_until_it_fits() {
        let picture = picture(&file(noise(1_280, 720), ImageFormat::Png)).unwrap();
        assert_eq!(size(&picture), (1280, 720));
    }

    #[test]
    fn a_page_keeps_more_than_a_screen_shows() {
        let page = file(plain(1_654, 2_339), ImageFormat::Jpeg);
        assert_eq!(size(&super::picture(&page, Fits::PAGE).unwrap()), (1_414, 2_000));
    }

    #[test]
    fn a_page_of_noise_becomes_smaller_until_it_fits() {
        let page = file(noise(1_654, 2_339), ImageFormat::Jpeg);
        let kept = super::picture(&page, Fits::PAGE).unwrap();
        assert_eq!(size(&kept), (1_060, 1_499));
        assert!(kept.bytes.len() <= LARGEST);
    }

    #[test]
    fn the_same_file_is_always_the_same_picture() {
        let file = file(plain(900, 700), ImageFormat::Png);
        assert_eq!(picture(&file).unwrap(), picture(&file).unwrap());
    }

    #[test]
    fn a_transparent_picture_stays_transparent() {
        let logo = RgbaImage::from_fn(200, 100, |x, _| Rgba([200, 30, 30, if x < 100 { 0 } else { 255 }]));
        let kept = picture(&file(logo, ImageFormat::Png)).unwrap();
        assert_eq!(kept.media_type, "image/png");
        assert_eq!(image::load_from_memory(&kept.bytes).unwrap().to_rgba8().get_pixel(0, 0)[3], 0);
        let opaque = RgbaImage::from_pixel(200, 100, Rgba([200, 30, 30, 255]));
        assert_eq!(picture(&file(opaque, ImageFormat::Png)).unwrap().media_type, "image/jpeg");
    }

    #[test]
    fn other_files_are_refused_whatever_they_are_called() {
        let gif = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;";
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        for other in [b"just words in a file called picture.png".as_slice(), gif, svg, b"%PDF-1.7", &[0]] {
            assert_eq!(picture(other), Err(ImageRefusal::NotAPicture));
        }
        assert_eq!(picture(&[]), Err(ImageRefusal::ImageEmpty));
    }

    #[test]
    fn a_file_that_ends_too_soon_is_refused() {
        for whole in [
            file(noise(300, 200), ImageFormat::Png),
            file(noise(300, 200), ImageFormat::Jpeg),
            webp(&noise(300, 200)),
        ] {
            for kept in [16, 64, whole.len() / 2] {
                let refused = picture(&whole[..kept]).map(|_| ());
                assert_eq!(refused, Err(ImageRefusal::ImageBroken), "{kept} bytes");
            }
        }
    }

    #[test]
    fn a_small_file_that_claims_billions_of_pixels_is_not_unpacked() {
        for (width, height) in [(20_000, 20_000), (60_000, 1), (8_001, 8_000)] {
            let bomb = claims(width, height);
            assert!(bomb.len() < 200);
            assert_eq!(picture(&bomb), Err(ImageRefusal::TooManyPixels { width, height }));
        }
        assert_eq!(picture(&claims(i32::MAX as u32, i32::MAX as u32)), Err(ImageRefusal::ImageBroken));
    }
}
