//! Litter: what systems leave in folders, and no customer takes for a download. It is known by its whole name and by what such a file
//! is; anything else in the same place is a stranger like any other. What a web site keeps for itself is named in `beside`, which is
//! signed. `.htaccess` is none of it: it can send customers elsewhere.

/// The largest file that others look for at a well-known place: they are texts.
const LARGEST_TEXT: u64 = 64 << 10;

/// How the names of those end, where they end in anything.
const TEXTS: [&str; 8] = ["asc", "html", "json", "jwks", "pem", "txt", "xml", "yaml"];

/// Folders that only the system itself may look into.
const CLOSED: [&str; 2] = ["lost+found", "System Volume Information"];

/// Whether a file at `path` is litter.
pub(super) fn is_file(path: &str, size: u64) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_number = |it: &str| !it.is_empty() && it.chars().all(|c| c.is_ascii_digit());
    match path.split('/').next().filter(|_| !folder.is_empty()) {
        Some(".well-known") => return size <= LARGEST_TEXT && is_text(name),
        // What a check of the file system found without a name.
        Some("lost+found") => return folder == "lost+found" && name.strip_prefix('#').is_some_and(is_number),
        Some("System Volume Information") => return ["IndexerVolumeGuid", "WPSettings.dat"].contains(&name),
        _ => {}
    }
    if folder.split('/').any(|it| it == "@eaDir") {
        return name.starts_with("SYNO") || ["@SynoEAStream", "@SynoResource"].iter().any(|it| name.ends_with(it));
    }
    // What a server of network folders keeps of a file that was removed while somebody had it open.
    let removed =
        name.strip_prefix(".nfs").is_some_and(|it| it.len() >= 8 && it.chars().all(|c| c.is_ascii_hexdigit()));
    removed || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&name)
}

/// Whether a folder that cannot be listed is one that nobody lists.
pub(super) fn is_closed_folder(path: &str) -> bool {
    CLOSED.contains(&path)
}

fn is_text(name: &str) -> bool {
    // A name that begins with a dot has no ending for that.
    let ending = name.trim_start_matches('.').rsplit_once('.').map(|it| it.1.to_ascii_lowercase());
    ending.is_none_or(|it| TEXTS.contains(&it.as_str()))
}

#[cfg(test)]
mod tests {
    use super::is_file;

    #[test]
    fn litter_is_known_by_its_whole_name_its_place_and_its_kind() {
        for (path, expected) in [
            (".well-known", false),
            (".well-known/security.txt", true),
            (".well-known/acme-challenge/aB3_-x", true),
            (".well-known/apple-app-site-association", true),
            (".well-known/recorder-2.9.0.exe", false),
            (".well-known/a/setup.msi", false),
            ("recorder/.well-known/security.txt", false),
            ("lost+found", false),
            ("lost+found/#12", true),
            ("lost+found/#12.exe", false),
            ("lost+found/recorder.exe", false),
            ("System Volume Information/WPSettings.dat", true),
            ("System Volume Information/setup.exe", false),
            ("@eaDir/recorder.exe@SynoEAStream", true),
            ("recorder/2.7.0/@eaDir/recorder.exe/SYNO@.fileindexdb", true),
            ("@eaDir/recorder.exe", false),
            ("@eaDir", false),
            (".snapshot/recorder.exe", false),
            ("recorder/.DS_Store", true),
            (".DS_Store/recorder.exe", false),
            (".nfs00000000012a4b5c00000001", true),
            (".nfs000000000001", true),
            ("recorder/2.7.0/.nfs0000000000b0", true),
            (".nfs000000000001/x", false),
            (".nfs000000000001.exe", false),
            (".nfs-setup.exe", false),
            (".nfs12", false),
            (".htaccess", false),
            ("Thumbs.db.exe", false),
        ] {
            assert_eq!(is_file(path, 10), expected, "{path}");
        }
        assert!(!is_file(".well-known/security.txt", 1 << 20), "a text of a megabyte is none");
    }
}
