//! The slow, obvious twin of the engine: the definition of the states, evaluated on the model itself until nothing changes.

use std::collections::BTreeMap;

use linchpin::model::{CapabilityRef, ComponentId, Need, Phase, Requires, State, Strength, System};

/// States by repeated evaluation from all up until nothing changes: the definition, written down.
pub(crate) fn states(system: &System, down: &[ComponentId]) -> BTreeMap<CapabilityRef, State> {
    let mut states = BTreeMap::new();
    for component in system.components.values() {
        for name in component.capabilities.keys() {
            states.insert(CapabilityRef::new(component.id.clone(), name.clone()), State::Up);
        }
    }
    loop {
        let mut changed = false;
        for component in system.components.values() {
            for (name, needs) in &component.capabilities {
                let put = if down.contains(&component.id) { State::Down } else { State::Up };
                let worst =
                    needs.iter().filter(|need| need.terms.phase == Phase::Run).map(|need| passed(need, &states));
                let state = worst.fold(put, State::max);
                let place = CapabilityRef::new(component.id.clone(), name.clone());
                changed |= states.insert(place, state) != Some(state);
            }
        }
        if !changed {
            return states;
        }
    }
}

fn passed(need: &Need, states: &BTreeMap<CapabilityRef, State>) -> State {
    let state = match &need.requires {
        Requires::One(target) => states[target],
        Requires::AtLeast { k, members } => {
            let mut all: Vec<State> = members.iter().map(|member| passed(member, states)).collect();
            all.sort();
            all[k - 1]
        }
    };
    let state = if need.terms.strength == Strength::Soft { state.min(State::Degraded) } else { state };
    if need.terms.is_partial() { state.max(State::Degraded) } else { state }
}
