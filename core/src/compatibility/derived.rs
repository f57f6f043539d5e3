//! What follows from the declarations for one release: its required pairs, and the order of upgrades.

use super::exchange::Exchange;
use super::field::Field;
use super::order::{Order, upgrade_order};
use super::pair::Pair;
use crate::policy::Policy;

/// What follows from the declarations.
pub struct Derived<'a> {
    field: &'a Field,
    exchanges: Vec<Exchange<'a>>,
    pairs: Vec<Pair>,
    order: Order,
}

impl<'a> Derived<'a> {
    /// What follows under `policy` from what is in the field.
    pub fn new(policy: &'a Policy, field: &'a Field) -> Self {
        let exchanges: Vec<Exchange<'a>> = policy.interfaces().iter().map(|it| Exchange::new(it, field)).collect();
        let pairs = exchanges.iter().flat_map(Exchange::required).collect();
        let order = upgrade_order(&exchanges, policy.lockstep());
        Self { field, exchanges, pairs, order }
    }

    /// Every version that counts.
    pub fn field(&self) -> &'a Field {
        self.field
    }

    /// The interfaces of the policy, in its order.
    pub fn exchanges(&self) -> &[Exchange<'a>] {
        &self.exchanges
    }

    /// The required pairs, by interface, writer and reader.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// In which order the components of the release are upgraded.
    pub fn order(&self) -> &Order {
        &self.order
    }
}
