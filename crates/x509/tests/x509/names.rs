//! Names as people see them.

use ironlatch_x509::Name;
use ironlatch_x509::rfc4514::printable;

use crate::common::name;

#[test]
fn what_cannot_be_seen_is_shown_by_its_bytes() {
    for (hidden, shown) in [
        ("\u{0}\u{1b}\u{7f}\u{9b}", r"\00\1b\7f\c2\9b"),
        // Marks, embeddings and isolates of directions, the Arabic one too.
        ("\u{61c}\u{200e}\u{202e}\u{2066}", r"\d8\9c\e2\80\8e\e2\80\ae\e2\81\a6"),
        // Spaces and joiners without a width, a soft hyphen, a byte order mark.
        ("\u{200b}\u{200d}\u{2060}\u{ad}\u{feff}", r"\e2\80\8b\e2\80\8d\e2\81\a0\c2\ad\ef\bb\bf"),
        // Fillers, selectors of variations, tags.
        ("\u{115f}\u{3164}\u{fe0f}\u{e0061}", r"\e1\85\9f\e3\85\a4\ef\b8\8f\f3\a0\81\a1"),
        ("\u{2028}\u{2029}", r"\e2\80\a8\e2\80\a9"),
    ] {
        let text = format!("example{hidden}.com");
        assert_eq!(printable(&text), format!("example{shown}.com"));
        if !hidden.contains('\0') {
            assert_eq!(Name::from_der(&name(&text)).unwrap().to_string(), format!("CN=example{shown}.com"));
        }
    }
    for seen in ["Émile Жук 株式会社", "مثال", "שלום", "e\u{301}", "\u{a0}", "\u{1f512}", "a-b_c.d"] {
        assert_eq!(printable(seen), seen);
    }
}
