//! Fault trees in the Open-PSA format, as far as the trees beside the project use it.

use std::collections::{BTreeMap, HashMap};

use linchpin::analysis::cuts::{Circuit, Ref};

/// A fault tree: its circuit, its top, and the probabilities of its events by number.
pub(crate) struct Tree {
    pub(crate) circuit: Circuit,
    pub(crate) top: Ref,
    pub(crate) probability: Vec<f64>,
}

struct Gate<'a> {
    kind: &'a str,
    least: u32,
    inputs: Vec<(&'a str, &'a str)>,
}

/// The tree in a text.
pub(crate) fn tree(text: &str) -> Tree {
    let mut gates: BTreeMap<&str, Gate<'_>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    let mut chances: HashMap<&str, f64> = HashMap::new();
    let (mut gate, mut event) = ("", "");
    for tag in text.split('<').skip(1) {
        let word = tag.split([' ', '>', '/']).next().unwrap_or_default();
        let value = |key: &str| tag.split(&format!("{key}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        match word {
            "define-gate" => {
                gate = value("name").expect("a name");
                order.push(gate);
            }
            "and" | "or" | "atleast" => {
                let least = value("min").map_or(0, |least| least.parse().expect("a number"));
                gates.insert(gate, Gate { kind: word, least, inputs: Vec::new() });
            }
            "gate" | "basic-event" => {
                let input = (word, value("name").expect("a name"));
                gates.get_mut(gate).expect("a gate").inputs.push(input);
            }
            "define-basic-event" => event = value("name").expect("a name"),
            "float" => {
                chances.insert(event, value("value").expect("a value").parse().expect("a number"));
            }
            _ => {}
        }
    }
    let used: std::collections::HashSet<&str> =
        gates.values().flat_map(|gate| &gate.inputs).filter(|input| input.0 == "gate").map(|input| input.1).collect();
    let top = order.iter().find(|name| !used.contains(**name)).expect("a top");
    let mut built = Built { circuit: Circuit::default(), made: HashMap::new(), events: Vec::new() };
    let top = built.gate(top, &gates);
    let probability = built.events.iter().map(|name| chances.get(name).copied().unwrap_or(0.0)).collect();
    Tree { circuit: built.circuit, top, probability }
}

struct Built<'a> {
    circuit: Circuit,
    made: HashMap<&'a str, Ref>,
    events: Vec<&'a str>,
}

impl<'a> Built<'a> {
    fn gate(&mut self, name: &'a str, gates: &BTreeMap<&'a str, Gate<'a>>) -> Ref {
        if let Some(made) = self.made.get(name) {
            return *made;
        }
        let gate = &gates[name];
        let inputs: Vec<Ref> = gate
            .inputs
            .iter()
            .map(|(kind, input)| match *kind {
                "gate" => self.gate(input, gates),
                _ => self.event(input),
            })
            .collect();
        let made = match gate.kind {
            "and" => self.circuit.all(inputs),
            "or" => self.circuit.any(inputs),
            _ => self.circuit.at_least(gate.least, inputs),
        };
        self.made.insert(name, made);
        made
    }

    fn event(&mut self, name: &'a str) -> Ref {
        let number = self.events.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.events.push(name);
            self.events.len() - 1
        });
        self.circuit.event(u32::try_from(number).expect("few"))
    }
}
