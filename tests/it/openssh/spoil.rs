//! Ways to spoil signatures, armors, rings and text: by chance that is the same in every run.

use super::samples::{
    BEGIN, END, MARIA, Outer, armor, armor_in, certificate, eve, mpint, rsa, supported, unarmored, unwire, wire,
};

/// The order of Ed25519's group, the lowest byte first.
pub(super) const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Chance that is the same in every run (`SplitMix64`).
pub(super) struct Dice(u64);

impl Dice {
    /// The dice of the mutant with this number.
    pub(super) fn of(kind: u64, number: u64) -> Self {
        let mut dice = Self(kind << 48 | number);
        dice.roll();
        dice
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below `end`, which is at least 1.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end as u64).unwrap()
    }

    pub(super) fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// Changes a byte, adds some or takes some away.
pub(super) fn spoil_bytes(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let at = dice.below(bytes.len() + 1);
    let last = bytes.len().saturating_sub(1);
    match dice.below(7) {
        0 if !bytes.is_empty() => bytes[at.min(last)] ^= 1 << dice.below(8),
        1 if !bytes.is_empty() => drop(bytes.remove(at.min(last))),
        2 => bytes.insert(at, dice.one_of(b"\0\n\r\t \x0b\x0c=+/A#\"\\,*?!-_:@\x7f\x80\xff")),
        3 if bytes.len() > 1 => bytes.swap(at.min(last), dice.below(last)),
        4 => bytes.truncate(at),
        5 => bytes.extend_from_within(at..),
        _ => {
            let more = bytes[at..(at + dice.below(20)).min(bytes.len())].to_vec();
            bytes.splice(at..at, more);
        }
    }
}

/// Changes what an editor or a mail program might change.
pub(super) fn spoil_text(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() {
        return spoil_bytes(dice, bytes);
    }
    let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(13) {
        0 => lines.swap(one, other),
        1 => lines.insert(other, lines[one].clone()),
        2 => drop(lines.remove(one)),
        3 => lines[one] = lines[one].replace('\n', "\r\n"),
        4 => lines.iter_mut().for_each(|it| *it = it.replace('\n', "\r\n")),
        5 => lines[one] = lines[one].replacen(' ', dice.one_of(&["  ", "\t", " \t ", "", "\u{a0}", ",", "="]), 1),
        6 => lines[one] = lines[one].replace(' ', dice.one_of(&["  ", "\t", ""])),
        7 => {
            lines[one] =
                format!("{}{}", dice.one_of(&[" ", "\t", "\n", "#", "# ", "\u{feff}", "\"", "\0"]), lines[one]);
        }
        8 => {
            lines[one] =
                lines[one].replace('\n', dice.one_of(&[" \n", "\t\n", "\n\n", " # x\n", "", "\\\n", "\u{202e}\n"]));
        }
        9 => lines[one] = lines[one].to_uppercase(),
        10 => {
            let at = dice.below(lines[one].len());
            if let Some(c) = lines[one].get(at..=at).map(str::to_owned) {
                let turned = if c.to_uppercase() == c { c.to_lowercase() } else { c.to_uppercase() };
                lines[one].replace_range(at..=at, &turned);
            }
        }
        11 => lines.push(dice.one_of(&["\n", " ", "# the end", "\0", "junk\n"]).to_owned()),
        _ => lines[one] = lines[one].replace('"', dice.one_of(&["'", "\"\"", "", "\\\""])),
    }
    *bytes = lines.concat().into_bytes();
}

/// Spells an armor in another way.
pub(super) fn spoil_armor(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let Some(blob) = unarmored(bytes) else { return spoil_bytes(dice, bytes) };
    let good = armor(&blob);
    let body: String = good.lines().filter(|it| !it.starts_with("-----")).collect();
    let lines = good.replace(BEGIN, "").replace(END, "");
    let lines = lines.trim();
    let text = match dice.below(14) {
        0 => armor_in(&blob, dice.one_of(&[1, 4, 63, 64, 69, 71, 72, 76, 4096])),
        1 => good.replacen("=\n", "\n", 1),
        2 => {
            good.replacen(&format!("\n{END}"), &format!("{}\n{END}", dice.one_of(&["=", "==", "===", "A", "AAAA"])), 1)
        }
        3 => respelt(&good),
        4 => good.replace(BEGIN, dice.one_of(&BEGINNINGS)),
        5 => good.replace(END, dice.one_of(&ENDINGS)),
        6 => good.trim_end().to_owned(),
        7 => format!("{good}{}", dice.one_of(&["\n", "junk\n", "\0", good.as_str(), "# signed by maria\n"])),
        8 => format!("{}{good}", dice.one_of(&["\n", "junk\n", " ", good.as_str()])),
        9 => good.replace('\n', dice.one_of(&["\r\n", "\n\n", " \n", "\n ", "\r", "\x0b\n", "\x0c\n"])),
        10 => format!("{BEGIN}{body}{END}\n"),
        11 => format!("{BEGIN}\n{body}{END}\n"),
        12 => good.replace('+', "-").replace('/', "_"),
        _ => {
            let at = dice.below(lines.len());
            let split = dice.one_of(&[" ", "\n", "\t", "\r\n", "\x0b", "\x0c", "\u{a0}", "\0", "=", "-"]);
            format!("{BEGIN}\n{}{split}{}\n{END}\n", &lines[..at], &lines[at..])
        }
    };
    *bytes = text.into_bytes();
}

/// The same bytes, with bits in the last character that nothing reads.
fn respelt(good: &str) -> String {
    for (from, to) in
        [("A==", "B=="), ("Q==", "R=="), ("g==", "h=="), ("w==", "x=="), ("A=", "B="), ("E=", "F="), ("I=", "J=")]
    {
        if good.contains(&format!("{from}\n")) {
            return good.replacen(&format!("{from}\n"), &format!("{to}\n"), 1);
        }
    }
    good.replacen("=\n", "\n", 1)
}

/// Changes the fields of a signature, and leaves the armor as it should be.
pub(super) fn spoil_wire(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let Some(blob) = unarmored(bytes) else { return spoil_bytes(dice, bytes) };
    let Some(mut outer) = Outer::read(&blob) else {
        let mut blob = blob;
        spoil_bytes(dice, &mut blob);
        *bytes = armor(&blob).into_bytes();
        return;
    };
    let others: Vec<Outer> = [supported(), vec![eve(), rsa(), certificate()]]
        .concat()
        .iter()
        .map(|it| Outer::read(&unarmored(it.armor.as_bytes()).unwrap()).unwrap())
        .collect();
    let other = dice.one_of(&others);
    match dice.below(12) {
        0 => outer.version = dice.one_of(&[0, 2, 0x0100_0000, u32::MAX]),
        1 => outer.reserved = dice.one_of(&[&b"x"[..], b"\0", b"holdpoint", &[0; 300]]).to_vec(),
        2 => outer.namespace = dice.one_of(&NAMESPACES).as_bytes().to_vec(),
        3 => outer.hash = dice.one_of(&HASHES).as_bytes().to_vec(),
        4 => outer.key = other.key,
        5 => outer.proof = other.proof,
        6 => std::mem::swap(&mut outer.namespace, &mut outer.hash),
        7 => outer.rest = dice.one_of(&[&b"\0"[..], b"\0\0\0\0", b"junk"]).to_vec(),
        8 => spoil_bytes(dice, &mut outer.key),
        9 => spoil_bytes(dice, &mut outer.proof),
        _ => spoil_proof(dice, &mut outer),
    }
    *bytes = armor(&outer.to_bytes()).into_bytes();
}

/// Changes the numbers of a signature, some so that they stand for the same.
fn spoil_proof(dice: &mut Dice, outer: &mut Outer) {
    let Some((mut name, mut numbers, mut device)) = outer.parts() else { return };
    match (dice.below(10), numbers.len()) {
        (0, _) => {
            name =
                dice.one_of(&[&b"ssh-ed25519"[..], b"ecdsa-sha2-nistp256", b"rsa-sha2-512", b"ssh-rsa", b""]).to_vec();
        }
        (1, _) => spoil_bytes(dice, &mut device),
        (2, _) => spoil_bytes(dice, &mut numbers),
        (3, _) => device.insert(0, 1),
        (4, _) if !device.is_empty() => device[0] ^= 1 << dice.below(8),
        (_, 64) => {
            for _ in 0..=dice.below(3) {
                add_order(&mut numbers[32..]);
            }
        }
        _ => {
            let (mut halves, _) = unwire(&numbers, 2);
            for half in &mut halves {
                *half = match dice.below(6) {
                    0 => [&[0][..], half].concat(),
                    1 => [&[0; 40][..], half].concat(),
                    2 => half.strip_prefix(b"\0").unwrap_or(half).to_vec(),
                    3 => vec![0],
                    4 => Vec::new(),
                    _ => mpint(&*half),
                };
            }
            if dice.below(4) == 0 {
                halves.reverse();
            }
            numbers = wire(&halves);
        }
    }
    outer.proof = [wire(&[name, numbers]), device].concat();
}

/// Adds the order of the group: for the arithmetic the same number.
pub(super) fn add_order(number: &mut [u8]) {
    let mut carry = 0;
    for (digit, more) in number.iter_mut().zip(ORDER) {
        let sum = u16::from(*digit) + u16::from(more) + carry;
        *digit = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
}

/// Changes a line of a ring as only rings can be changed.
pub(super) fn spoil_ring(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return spoil_bytes(dice, bytes);
    }
    let at = dice.below(lines.len());
    let line = lines[at].clone();
    let (person, rest) = line.split_once([' ', '\t']).unwrap_or((&line, ""));
    let rest = rest.trim_start();
    match dice.below(8) {
        0 => lines[at] = format!("{} {rest}", dice.one_of(&PEOPLE)),
        1 => lines[at] = format!("{person} {} {rest}", dice.one_of(&OPTIONS)),
        2 => lines[at] = format!("{person} {},{rest}", dice.one_of(&OPTIONS)),
        3 => {
            lines[at] =
                format!("{person}{}{rest}", dice.one_of(&["\t", "  ", " \t", "\x0c", "\u{a0}", "", "\0", "=", ","]));
        }
        4 => lines[at] = format!("{line}{}", dice.one_of(&TAILS)),
        5 => {
            let other = dice.one_of(&STRANGERS);
            lines.insert(at, other.to_owned());
        }
        6 => {
            let keys = [supported(), vec![eve(), rsa(), certificate()]].concat();
            lines.insert(at, format!("{} {}", dice.one_of(&PEOPLE), dice.one_of(&keys).key));
        }
        _ => {
            lines[at] = respelt(&format!("{line}\n")).trim_end().replacen(
                "AAAA",
                dice.one_of(&["AAAA", "AAAB", "AAA A", "AAAA "]),
                1,
            );
        }
    }
    *bytes = (lines.join("\n") + dice.one_of(&["\n", "\n", "\n", ""])).into_bytes();
}

/// First lines of an armor that are none.
const BEGINNINGS: [&str; 11] = [
    "-----BEGIN SSH SIGNATURE----- ",
    "-----BEGIN SSH SIGNATURE-----\t",
    "-----begin ssh signature-----",
    "-----BEGIN PGP SIGNATURE-----",
    "----BEGIN SSH SIGNATURE----",
    "-----BEGIN SSH SIGNATURE-----\nVersion: 1",
    "-----BEGIN SSH SIGNATURE-----\n",
    "-----BEGIN SSH SIGNATURE-----AAAA",
    " -----BEGIN SSH SIGNATURE-----",
    "\n-----BEGIN SSH SIGNATURE-----",
    "\u{feff}-----BEGIN SSH SIGNATURE-----",
];

/// Last lines of an armor that are none.
const ENDINGS: [&str; 8] = [
    "-----END SSH SIGNATURE----- ",
    "-----END SSH SIGNATURE-----junk",
    "-----END SSH SIGNATURE-----\n\n",
    " -----END SSH SIGNATURE-----",
    "-----end ssh signature-----",
    "-----END SSH SIGNATURE----",
    "\n-----END SSH SIGNATURE-----",
    "-----END SSH SIGNATURE-----\0",
];

/// Other namespaces.
const NAMESPACES: [&str; 7] =
    ["", "git", "file", "holdpoint/hold@v1", "holdpoint/approve@v1\0", "HOLDPOINT/approve@v1", "holdpoint/*"];

/// Other hashes, and other names of the same.
const HASHES: [&str; 9] = ["", "sha1", "sha256", "sha384", "sha512", "SHA512", "sha512\0", "sha*", "sha256,sha512"];

/// What may follow a key, and what may not.
const TAILS: [&str; 12] = [" ", "\t", "=", "==", "A", "AAAA", " a comment", " # x", " \"q", "\\", "\u{fc}", "\u{202e}"];

/// Lines that OpenSSH passes over.
const STRANGERS: [&str; 8] =
    ["junk", "lee@example.com", "lee@example.com ssh-ed25519", "*", "\"", "lee@example.com x y", "# x", ""];

/// Other people, and other ways to write maria.
const PEOPLE: [&str; 16] = [
    MARIA,
    "*",
    "*@example.com",
    "maria@*",
    "mari?@example.com",
    "!eve@example.com,*",
    "!maria@example.com,*",
    "lee@example.com,maria@example.com",
    "maria@example.com,",
    ",maria@example.com",
    "\"maria@example.com\"",
    "\"maria@example.com",
    "\"maria@example.com,lee@example.com\"",
    "MARIA@example.com",
    "maria",
    "lee@example.com",
];

/// Options of a key, as they may be written and as they may not.
const OPTIONS: [&str; 26] = [
    "namespaces=\"holdpoint/approve@v1\"",
    "namespaces=\"holdpoint/hold@v1\"",
    "namespaces=\"holdpoint/hold@v1,holdpoint/approve@v1\"",
    "namespaces=\"holdpoint/approve@v1,holdpoint/approve@v1\"",
    "namespaces=\"holdpoint/approve@v1, holdpoint/hold@v1\"",
    "namespaces=\"holdpoint/*\"",
    "namespaces=\"*\"",
    "namespaces=\"!holdpoint/hold@v1,*\"",
    "namespaces=\"!holdpoint/approve@v1,*\"",
    "namespaces=\"git,holdpoint/approve@v1\"",
    "namespaces=\"\"",
    "namespaces=holdpoint/approve@v1",
    "namespaces='holdpoint/approve@v1'",
    "namespaces= \"holdpoint/approve@v1\"",
    "NAMESPACES=\"holdpoint/approve@v1\"",
    "Namespaces=\"holdpoint/hold@v1\"",
    "namespaces=\"holdpoint/approve@v1\",namespaces=\"holdpoint/approve@v1\"",
    "namespaces=\"holdpoint/approve@v1\",",
    ",namespaces=\"holdpoint/approve@v1\"",
    "cert-authority",
    "no-cert-authority",
    "valid-after=\"20200101\"",
    "valid-before=\"20200101\"",
    "valid-after=\"20200101\",valid-before=\"20990101\"",
    "octopus",
    "namespaces=\"holdpoint/approve@v1\" namespaces=\"holdpoint/hold@v1\"",
];
