//! Names from many places, given and family name from the same one.

use crate::world::World;
use domain::Day;
use domain::customer::Person;

type Names = (&'static [&'static str], &'static [&'static str]);

const PLACES: [Names; 12] = [
    (
        &["Emma", "Olivia", "James", "Charlotte", "Henry", "Grace", "Walter", "Hazel", "Theodore", "Nora"],
        &[
            "Whitaker",
            "Sullivan",
            "Bennett",
            "Harper",
            "O'Connor",
            "McAllister",
            "Thornton",
            "Hayes",
            "Pruitt",
        ],
    ),
    (
        &["Sofía", "Mateo", "Valentina", "Diego", "Lucía", "Joaquín", "Ximena", "Andrés", "Renata", "Álvaro"],
        &["García Márquez", "Hernández", "Núñez", "Restrepo", "Ibáñez", "Castañeda", "Quiñones", "Vélez"],
    ),
    (
        &["Chidi", "Amara", "Kwame", "Ngozi", "Folake", "Tunde", "Abena", "Zuri", "Sekou", "Wanjiru"],
        &["Okafor", "Adichie", "Mensah", "Diallo", "Kamau", "Achebe", "Nkrumah", "Balogun"],
    ),
    (
        &["Wei", "Xiu Ying", "Jun", "Li Na", "Hao", "Mei", "Zhang Yong", "Lan", "Bo", "Ting"],
        &["Chen", "Wang", "Huang", "Zhao", "Lin", "Ouyang", "Xu", "Sun"],
    ),
    (
        &["Haruto", "Yui", "Sakura", "Ren", "Aiko", "Kenji", "Emi", "Takeshi", "Naoko"],
        &["Tanaka", "Suzuki", "Yamamoto", "Kobayashi", "Nakamura", "Fujimoto", "Ōta"],
    ),
    (
        &["Aarav", "Ananya", "Rohan", "Lakshmi", "Arjun", "Kavya", "Vikram", "Deepika", "Ishaan"],
        &["Sharma", "Iyer", "Patel", "Krishnamurthy", "Banerjee", "Reddy", "Gupta", "Subramaniam"],
    ),
    (
        &["Layla", "Omar", "Fatima", "Yusuf", "Noor", "Karim", "Samira", "Tariq", "Zaynab"],
        &["Al-Masri", "Haddad", "Khoury", "Ben Salah", "El-Amin", "Nasser", "Abboud"],
    ),
    (
        &["Björn", "Åsa", "Søren", "Freya", "Leif", "Ingeborg", "Matti", "Aino", "Gunnar"],
        &["Lindqvist", "Østergård", "Sørensen", "Virtanen", "Bergström", "Mäkinen", "Haugen"],
    ),
    (
        &["Zofia", "Jakub", "Małgorzata", "Łukasz", "Katarzyna", "Jiří", "Ludmila", "Miloš", "Živa"],
        &["Wójcik", "Kowalczyk", "Dvořák", "Nowak", "Šimánek", "Horvat", "Petrović"],
    ),
    (
        &["Élodie", "Thibault", "Noémie", "Jean-Luc", "Camille", "Étienne", "Anaïs", "Loïc"],
        &["Lefèvre", "Dubois", "de La Fontaine", "Beaulieu", "Girard", "Maréchal", "d'Aubigny"],
    ),
    (
        &["Minh", "Linh", "Thanh", "Somchai", "Dao", "Siti", "Agus", "Maria Clara", "Jose"],
        &["Nguyễn", "Trần", "Phạm", "Srisai", "Wijaya", "Santoso", "dela Cruz", "Bautista"],
    ),
    (
        &["Leilani", "Keoni", "Aroha", "Tama", "Sione", "Mele", "Kahu", "Malia"],
        &["Kealoha", "Ngata", "Tuilagi", "Kahananui", "Fa'amoe", "Paora"],
    ),
];

const STREETS: [&str; 8] = [
    "Warren Street",
    "Fishkill Avenue",
    "Union Street",
    "Tioronda Avenue",
    "State Street",
    "Green Street",
    "Churchill Street",
    "Mountain Lane",
];

/// Someone new; `nth` makes the e-mail address and the card their own.
pub fn someone(world: &mut World, nth: u32) -> Person {
    let (given, family) = world.pick(&PLACES);
    let name = format!("{} {}", world.pick(given), world.pick(family));
    called(world, name, nth)
}

/// Someone of the same family name.
pub fn relative(world: &mut World, of: &str, nth: u32) -> Person {
    let family = of.split_once(' ').map_or(of, |(_, family)| family);
    let (given, _) = world.pick(&PLACES);
    let name = format!("{} {family}", world.pick(given));
    called(world, name, nth)
}

fn called(world: &mut World, name: String, nth: u32) -> Person {
    let user: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let birthday =
        Day::ymd(1945 + world.dice.i32(0..62), 1 + world.dice.u32(0..12), 1 + world.dice.u32(0..28));
    let address = format!("{} {}\nHudson, NY 12534", 1 + world.dice.u32(0..240), world.pick(&STREETS));
    Person {
        name,
        email: format!("{user}{nth}@example.com"),
        // 555-0100 to 555-0199 belong to nobody.
        phone: format!("+1 {} 555 01{:02}", world.pick(&[518, 845, 914]), world.dice.u32(0..100)),
        birthday: birthday.filter(|_| world.chance(70)),
        address: if world.chance(60) { address } else { String::new() },
        card_code: format!("LK{nth:06}"),
        external_id: String::new(),
        organization: None,
    }
}
