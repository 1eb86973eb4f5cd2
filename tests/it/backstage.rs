//! Backstage catalogues: each folder of cases is read whole and compared with what a person expects of it.

use crate::kubernetes::{cases_of, dump_all};

#[test]
fn cases_are_read_as_expected() {
    cases_of("backstage", 3, dump_all);
}
