//! Finding a component by what a person calls it.

use super::Exit;
use super::input::Loaded;
use super::output::fail;
use crate::model::{Component, ComponentId};
use crate::source::{Problem, did_you_mean};

/// The component with this name or alias; prints what is near where there is none.
pub(super) fn component<'l>(loaded: &'l Loaded, name: &str) -> Result<&'l Component, Exit> {
    let components = &loaded.system.components;
    let by_alias = || components.values().find(|c| c.aliases.iter().any(|alias| **alias == *name));
    components.get(&ComponentId::new(name)).or_else(by_alias).ok_or_else(|| {
        let mut problem = Problem::general(format!("there is no component `{name}`"));
        problem.help = did_you_mean(name, components.keys().map(ComponentId::as_str))
            .or_else(|| Some("`linchpin scan` lists them".to_owned()));
        fail(&problem)
    })
}
