//! Calls between services, gathered from spans in whatever order they come, within bounded memory.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use crate::source::Location;

/// So many spans are remembered while the other end of a call is waited for.
pub(super) const WINDOW: usize = 1 << 20;
/// So many different names and calls are kept; no system of a person has more.
const MOST_NAMES: usize = 200_000;
const MOST_CALLS: usize = 1_000_000;

/// What a span is to the one at the other end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// It works within its service, or nobody says.
    #[default]
    Inside,
    /// It calls and waits.
    Client,
    /// It answers a call.
    Server,
    /// It hands a message to a broker.
    Producer,
    /// It takes a message from a broker.
    Consumer,
}

/// What a span says of the other end, which may not be seen itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Peer {
    /// The name of the service there.
    pub(super) service: Option<String>,
    /// The host that is called.
    pub(super) host: Option<String>,
    /// The port.
    pub(super) port: Option<u16>,
    /// The software there: `postgresql`, `kafka`.
    pub(super) system: Option<String>,
    /// Whether it is a broker.
    pub(super) broker: bool,
}

impl Peer {
    fn is_told(&self) -> bool {
        self.service.is_some() || self.host.is_some() || self.system.is_some()
    }
}

/// One span, reduced to what calls are made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    /// Its trace and its id within it, as one number.
    pub(super) key: u64,
    /// The same of the span that it is part of.
    pub(super) parent: Option<u64>,
    /// The service that it is of.
    pub(super) service: String,
    /// Its role.
    pub(super) role: Role,
    /// The other end.
    pub(super) peer: Peer,
    /// Whether it is the other side of the span that has the same id.
    pub(super) shared: bool,
}

/// Who is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Callee {
    /// A service or a named peer.
    Named(Arc<str>),
    /// Whatever answers at an address.
    Address {
        /// The host.
        host: Arc<str>,
        /// The port.
        port: Option<u16>,
        /// The software there.
        system: Option<Arc<str>>,
    },
    /// Software of which nobody says where it is.
    Software(Arc<str>),
}

/// How often a call was seen, and where first.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// How often.
    pub(super) calls: u64,
    /// Where it was seen first.
    pub(super) at: Location,
}

/// The calls that were seen.
#[derive(Debug, Default)]
pub(super) struct Graph {
    names: HashMap<Arc<str>, u32>,
    list: Vec<Arc<str>>,
    /// Where each service was seen first.
    pub(super) services: BTreeMap<Arc<str>, Location>,
    /// Calls by caller and callee.
    pub(super) calls: BTreeMap<(Arc<str>, Callee), Seen>,
    open: HashMap<u64, Open>,
    order: VecDeque<u64>,
    waiting: HashMap<u64, Vec<Waiting>>,
    waiting_order: VecDeque<u64>,
    /// How many spans were read.
    pub(super) spans: u64,
    /// How many spans named a parent that was not seen.
    pub(super) orphans: u64,
    /// How many spans named no service.
    pub(super) nameless: u64,
    /// Whether names or calls were left out because there were too many.
    pub(super) full: bool,
}

#[derive(Clone, Debug)]
struct Open {
    service: u32,
    role: Role,
    peer: Option<Box<(Peer, Location)>>,
}

#[derive(Clone, Debug)]
struct Waiting {
    service: u32,
    role: Role,
    at: Location,
}

impl Graph {
    /// Adds a span. Constant time but for the logarithm of the number of different calls.
    pub(super) fn span(&mut self, span: Span, at: &Location) {
        self.spans += 1;
        let Some(service) = self.service(&span.service, at) else {
            self.nameless += 1;
            return;
        };
        // The other side of a call has the parent of the call itself, whose caller is known by the id they share.
        if let Some(parent) = span.parent.filter(|_| !span.shared) {
            self.child(parent, service, span.role, at);
        }
        let known = self.open.get(&span.key).map(|open| (open.service, open.role));
        match known {
            // Both sides of a call under one id: who answers is the one that what follows is part of.
            Some((other, role))
                if other != service && (span.shared || role == Role::Client || span.role == Role::Client) =>
            {
                let (client, server) = if span.role == Role::Client { (service, other) } else { (other, service) };
                self.call(client, Callee::Named(Arc::clone(&self.list[server as usize])), 1, at);
                self.open.insert(span.key, Open { service: server, role: Role::Server, peer: None });
            }
            Some(_) => {}
            None => {
                let peer = span.peer.is_told().then(|| Box::new((span.peer, at.clone())));
                self.open.insert(span.key, Open { service, role: span.role, peer });
                self.order.push_back(span.key);
            }
        }
        for waiting in self.waiting.remove(&span.key).unwrap_or_default() {
            self.child(span.key, waiting.service, waiting.role, &waiting.at);
        }
        while self.order.len() > WINDOW {
            if let Some(oldest) = self.order.pop_front() {
                self.close(oldest);
            }
        }
        while self.waiting_order.len() > WINDOW {
            if let Some(oldest) = self.waiting_order.pop_front() {
                self.orphans += self.waiting.remove(&oldest).map_or(0, |gone| gone.len() as u64);
            }
        }
    }

    /// A span of a service that is part of another span.
    fn child(&mut self, parent: u64, service: u32, role: Role, at: &Location) {
        let Some(open) = self.open.get_mut(&parent) else {
            if !self.waiting.contains_key(&parent) {
                self.waiting_order.push_back(parent);
            }
            self.waiting.entry(parent).or_default().push(Waiting { service, role, at: at.clone() });
            return;
        };
        let (caller, caller_role) = (open.service, open.role);
        if caller == service {
            return;
        }
        // A message goes by way of a broker: whoever takes it does not answer for whoever sent it.
        if role == Role::Consumer || caller_role == Role::Producer {
            return;
        }
        open.peer = None;
        self.call(caller, Callee::Named(Arc::clone(&self.list[service as usize])), 1, at);
    }

    /// No other end of a span is waited for any longer: what it said of it has to do.
    fn close(&mut self, key: u64) {
        let Some(open) = self.open.remove(&key) else { return };
        let Some(told) = open.peer.filter(|_| matches!(open.role, Role::Client | Role::Producer | Role::Consumer))
        else {
            return;
        };
        let (peer, at) = *told;
        let own = &self.list[open.service as usize];
        let callee = match peer {
            Peer { service: Some(name), .. } => Callee::Named(name.into()),
            Peer { host: Some(host), port, system, .. } => {
                Callee::Address { host: host.to_lowercase().into(), port, system: system.map(Arc::from) }
            }
            Peer { system: Some(system), .. } => Callee::Software(system.into()),
            _ => return,
        };
        if callee != Callee::Named(Arc::clone(own)) {
            self.call(open.service, callee, 1, &at);
        }
    }

    /// Ends the reading of a file: nothing of it waits for another.
    pub(super) fn end(&mut self) {
        for key in std::mem::take(&mut self.order) {
            self.close(key);
        }
        self.waiting_order.clear();
        self.orphans += std::mem::take(&mut self.waiting).values().map(|all| all.len() as u64).sum::<u64>();
    }

    /// A service by its name.
    pub(super) fn service(&mut self, name: &str, at: &Location) -> Option<u32> {
        if name.is_empty() {
            return None;
        }
        if let Some(known) = self.names.get(name) {
            return Some(*known);
        }
        if self.list.len() >= MOST_NAMES {
            self.full = true;
            return None;
        }
        let name: Arc<str> = name.into();
        let number = u32::try_from(self.list.len()).ok()?;
        self.names.insert(Arc::clone(&name), number);
        self.services.insert(Arc::clone(&name), at.clone());
        self.list.push(name);
        Some(number)
    }

    /// Adds calls of one service by another, as something that counted them says.
    pub(super) fn counted(&mut self, caller: &str, callee: Callee, calls: u64, at: &Location) {
        let Some(caller) = self.service(caller, at) else { return };
        if let Callee::Named(name) = &callee
            && self.service(name, at) == Some(caller)
        {
            return;
        }
        self.call(caller, callee, calls, at);
    }

    fn call(&mut self, caller: u32, callee: Callee, calls: u64, at: &Location) {
        let key = (Arc::clone(&self.list[caller as usize]), callee);
        if let Some(seen) = self.calls.get_mut(&key) {
            seen.calls = seen.calls.saturating_add(calls);
        } else if self.calls.len() < MOST_CALLS {
            self.calls.insert(key, Seen { calls, at: at.clone() });
        } else {
            self.full = true;
        }
    }
}
