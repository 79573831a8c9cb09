use super::*;

#[test]
fn a_pair_follows_from_seed_and_number() {
    for number in 0..60 {
        assert_eq!(
            Plan::draw(7, number, &[]).write(),
            Plan::draw(7, number, &[]).write()
        );
    }
}
