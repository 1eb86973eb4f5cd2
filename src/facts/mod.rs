//! What a reader may say: facts with evidence, before names are resolved and before any provider is known.

mod aside;
mod chosen;
mod resource;
mod sign;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

pub use aside::{Aside, Covers};
pub use chosen::{Chosen, Says, stages_in};
pub use resource::{CodeFact, Datum, Item, Referral, ResourceFact, Setting};
pub use sign::{Address, Sign};
pub use stage::{Deployed, Stage};

use crate::model::{Availability, Capability, ComponentId, Evidence, Kind, Place, Redundancy, Restart, Terms};

/// Everything that one reader found.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The system's name, if it was given.
    pub system: Option<String>,
    /// Where components run that do not say otherwise: those whose file lies in this folder, the deepest folder first.
    pub default_places: Vec<(String, Vec<(Place, Evidence)>)>,
    /// The things that were found.
    pub components: Vec<ComponentFact>,
    /// What they need.
    pub needs: Vec<NeedFact>,
    /// Resources of infrastructure as code, which become components once the catalogue says what they are.
    pub resources: Vec<ResourceFact>,
    /// What they send to brokers, and take from them.
    pub messages: Vec<MessageFact>,
    /// Needs that somebody wrote do not exist, whatever a reader infers.
    pub denied: Vec<Denied>,
    /// What was seen and not understood, or contradicts something else.
    pub remarks: Vec<Remark>,
}

impl Facts {
    /// Adds the facts of another file of the same format; indices are moved along.
    pub fn extend(&mut self, mut other: Facts) {
        let by = self.components.len();
        for need in &mut other.needs {
            need.from += by;
            need.need.target.shift(by);
        }
        other.messages.iter_mut().for_each(|message| message.from += by);
        let resources = self.resources.len();
        let settings = other.resources.iter_mut().flat_map(|resource| &mut resource.settings);
        settings.flat_map(|setting| &mut setting.refers).for_each(|referral| referral.to += resources);
        other.denied.iter_mut().for_each(|denied| denied.from += by);
        other.remarks.iter_mut().for_each(|remark| remark.about = remark.about.map(|about| about + by));
        self.system = self.system.take().or(other.system);
        self.default_places.append(&mut other.default_places);
        self.components.append(&mut other.components);
        self.needs.append(&mut other.needs);
        self.resources.append(&mut other.resources);
        self.messages.append(&mut other.messages);
        self.denied.append(&mut other.denied);
        self.remarks.append(&mut other.remarks);
    }
}

impl Target {
    fn shift(&mut self, by: usize) {
        match self {
            Target::Component(index) => *index += by,
            Target::AtLeast { members, .. } => members.iter_mut().for_each(|member| member.target.shift(by)),
            _ => {}
        }
    }
}

/// A thing that exists, under the name that it has in its file.
#[derive(Clone, Debug)]
pub struct ComponentFact {
    /// Its name.
    pub name: Arc<str>,
    /// Its name without what tells it from others of the same name, where that is another.
    pub plain: Option<Arc<str>>,
    /// The namespace or project in which the name holds; `None` when the file does not say, or it holds everywhere.
    pub scope: Option<Arc<str>>,
    /// Where its program comes from: the folder that it is built in, or its image. Scopes that share a thing of one
    /// name and origin describe one system; set where a scope is a mere folder, not a namespace that somebody chose.
    pub origin: Option<Arc<str>>,
    /// How its manifest deploys it; `None` when what tells of it deploys nothing.
    pub deployed: Option<Deployed>,
    /// The folders and files that are its program's: where it is built, and what is mounted into it.
    pub roots: Vec<Arc<str>>,
    /// What its program is made of, where its manifest says so: the likeliest first.
    pub built: Vec<Built>,
    /// The words of what it runs, where its manifest says so: its command and arguments.
    pub runs: Vec<Arc<str>>,
    /// The variables that its manifest gives it, which go before what files beside the program say.
    pub told: BTreeMap<Arc<str>, Arc<str>>,
    /// The variables that its manifest gives it without saying to what: those of secrets that nobody has read. An empty
    /// name stands for variables whose names are not known either.
    pub withheld: BTreeSet<Arc<str>>,
    /// What files beside its program set, where its manifest does not.
    pub beside: BTreeMap<Arc<str>, Arc<str>>,
    /// The names of those that it is told only by what tells others as well: a file, a mapping for several.
    pub told_with_others: BTreeSet<Arc<str>>,
    /// The files that its manifest reads variables from.
    pub told_by: Vec<Arc<str>>,
    /// The images that it is built on, the one that it runs in first.
    pub bases: Vec<Said>,
    /// What it is, if the file says so.
    pub kind: Option<Kind>,
    /// How critical, 1 the most.
    pub tier: Option<u8>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// What its file says about it beside: labels and tags, a tag with no value.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
    /// How much it counts.
    pub weight: Option<f64>,
    /// Other names that it answers to everywhere.
    pub aliases: Vec<Arc<str>>,
    /// Host names that it answers to: those without a dot within its scope, the others everywhere.
    pub hosts: Vec<Arc<str>>,
    /// The ports of its own that are published.
    pub ports: Vec<u16>,
    /// Where it runs; `None` when its file does not say, empty when it says nowhere in particular.
    pub at: Option<Vec<(Place, Evidence)>>,
    /// The container images that it runs, the main one first.
    pub images: Vec<Said>,
    /// The product that it is made of, `provider/name`, when it is no program of one's own.
    pub made_of: Option<ComponentId>,
    /// The software that it was seen to be, in the words of a trace, where nobody saw which one it is.
    pub seen_as: Option<Arc<str>>,
    /// What the manifest says about several copies of it.
    pub redundancy: Redundancy,
    /// Why people outside can reach it, if they can.
    pub exposed: Option<Evidence>,
    /// How it restarts.
    pub restart: Option<Restart>,
    /// How often it is up.
    pub availability: Option<Availability>,
    /// How soon it has to be back after an outage.
    pub rto: Option<Duration>,
    /// Where it is written.
    pub evidence: Evidence,
}

impl ComponentFact {
    /// A thing of which nothing but the name is known.
    pub fn new(name: &str, evidence: Evidence) -> Self {
        ComponentFact {
            name: name.into(),
            plain: None,
            scope: None,
            origin: None,
            deployed: None,
            roots: Vec::new(),
            built: Vec::new(),
            runs: Vec::new(),
            told_by: Vec::new(),
            told_with_others: BTreeSet::new(),
            told: BTreeMap::new(),
            withheld: BTreeSet::new(),
            beside: BTreeMap::new(),
            bases: Vec::new(),
            kind: None,
            tier: None,
            owner: None,
            labels: BTreeMap::new(),
            weight: None,
            aliases: Vec::new(),
            hosts: Vec::new(),
            ports: Vec::new(),
            at: None,
            images: Vec::new(),
            made_of: None,
            seen_as: None,
            redundancy: Redundancy::default(),
            exposed: None,
            restart: None,
            availability: None,
            rto: None,
            evidence,
        }
    }

    /// What it is deployed for, in a tree whose files share a folder; `None` when nothing that tells of it deploys it.
    pub fn stage(&self, shared: &str) -> Option<Stage> {
        self.deployed.as_ref().map(|deployed| deployed.stage(&self.evidence.at.file, shared))
    }
}

/// What the program of a component is made of: a folder that it is built from, or one that is mounted into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Built {
    /// The folder whose files may go into it, without a slash at its end.
    pub folder: Arc<str>,
    /// The recipe by which it is built; `None` when the folder is mounted.
    pub recipe: Option<Arc<str>>,
    /// The name of the image that it is built as, without its tag; `None` when the manifest gives none.
    pub image: Option<Arc<str>>,
    /// The stage of the recipe that it is; `None` when it is the last.
    pub stage: Option<Arc<str>>,
    /// Where in the container the folder is mounted.
    pub mounted: Option<Arc<str>>,
    /// The folder of the container in which it is run, where the manifest says so.
    pub within: Option<Arc<str>>,
    /// The words of what is run, where the manifest says so.
    pub runs: Vec<Arc<str>>,
}

/// A word and where it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The word.
    pub text: Arc<str>,
    /// Where.
    pub evidence: Evidence,
}

/// Something needs something.
#[derive(Clone, Debug)]
pub struct NeedFact {
    /// Whose need it is: an index into [`Facts::components`].
    pub from: usize,
    /// Of which capability.
    pub capability: Capability,
    /// What is needed.
    pub need: Wanted,
}

/// A thing names a topic, queue or channel of a broker.
#[derive(Clone, Debug)]
pub struct MessageFact {
    /// Which thing: an index into [`Facts::components`].
    pub from: usize,
    /// The name of the topic, queue or channel.
    pub topic: Arc<str>,
    /// What it does there.
    pub way: Way,
    /// Where that is written.
    pub evidence: Evidence,
}

/// What is done with a topic, queue or channel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Messages are sent to it.
    Sends,
    /// Messages are taken from it.
    Takes,
    /// It gets what is sent to this exchange.
    Binds(Arc<str>),
}

/// A need whose targets are still words.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What is needed.
    pub target: Target,
    /// Under which terms.
    pub terms: Terms,
    /// How we know; never empty.
    pub evidence: Vec<Evidence>,
}

/// The words for what is needed.
#[derive(Clone, Debug)]
pub enum Target {
    /// A component, or a capability of one, by name; a name that nothing defines is a mistake of the one who wrote it.
    Name(String),
    /// A component of the same reader, by its index in [`Facts::components`].
    Component(usize),
    /// Whatever answers at a network address; one that nothing answers at is dangling.
    Address(Address),
    /// Whatever the catalogue recognises by a sign; one that it does not know is listed as not understood.
    Sign(Sign),
    /// At least `k` of several.
    AtLeast {
        /// How many.
        k: usize,
        /// Of which.
        members: Vec<Wanted>,
    },
}

/// A need that does not exist, although a reader may infer it.
#[derive(Clone, Debug)]
pub struct Denied {
    /// Whose: an index into [`Facts::components`].
    pub from: usize,
    /// On what, by name.
    pub target: String,
    /// Where that is written.
    pub evidence: Evidence,
}

/// Something that was seen and not understood, or that contradicts something else.
#[derive(Clone, Debug)]
pub struct Remark {
    /// About which component, an index into [`Facts::components`].
    pub about: Option<usize>,
    /// What was seen: a type, a name, a value.
    pub what: String,
    /// Why it is listed.
    pub reason: String,
    /// Where.
    pub evidence: Evidence,
}
