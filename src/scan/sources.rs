//! What names the other side in a program: addresses in texts, names of variables, libraries, annotations.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::code::{Argument, Call, Part, Piece, Text};
use super::flow::texts;
use super::verbs::words;
use super::view::{Id, View};
use crate::facts::Address;
use crate::ingest::address::of_variable;

/// Annotations of clients whose texts name a service: the last part of the name, and the arguments that do; an empty one
/// stands for the argument without a name.
const CLIENTS: &[(&str, &[&str])] = &[
    ("FeignClient", &["", "name", "value", "url", "serviceId"]),
    ("GrpcClient", &["", "value"]),
    ("RegisterRestClient", &["baseUri", "configKey"]),
    ("RibbonClient", &["", "name", "value"]),
    ("HttpExchange", &["url"]),
    ("RestClient", &["url"]),
];

/// Names that some words of a call say a text is looked up by, and not the text itself.
const LOOKS_UP: &[&str] =
    &["env", "getenv", "environ", "lookup", "config", "configuration", "property", "setting", "viper"];

/// Ends of the names of types that are made of the host that they connect to.
const CONNECTORS: &[&str] =
    &["factory", "client", "connection", "channel", "template", "socket", "address", "endpoint", "stub", "pool"];

/// Ends of the names of classes whose objects stand for another program: `RpcProxy("orders")`.
const REMOTES: &[&str] = &["proxy", "rpc"];

/// Calls by which a program says under which name others find it.
const REGISTERS: &[&str] = &["register", "registration", "registrator", "announce"];

/// Domains whose addresses are names of things, or examples, and not called; those of examples are reserved by RFC 2606.
const NAMES: &[&str] = &[
    "w3.org",
    "xmlsoap.org",
    "json-schema.org",
    "schema.org",
    "purl.org",
    "creativecommons.org",
    "opensource.org",
    "httpstatuses.com",
    "httpstatuses.io",
    "example.com",
    "example.org",
    "example.net",
    "example",
    "test",
    "invalid",
];

/// Words of names whose values are names of things too.
const NAMING: &[&str] = &[
    "scope",
    "scopes",
    "audience",
    "ns",
    "xmlns",
    "namespace",
    "schema",
    "license",
    "licence",
    "doctype",
    "typ",
    "docs",
    "homepage",
];

/// The names that own components answer to, in lower case.
pub(super) type Known = HashMap<Arc<str>, Arc<str>>;

/// An address, the texts that say it, and whether it has a scheme or port and so is no mere word.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The texts, by what they look like.
    pub(super) texts: BTreeSet<Vec<u8>>,
    /// The first place where one is written: its function and line and column.
    pub(super) at: BTreeSet<(Id, u32, u32)>,
    /// Whether every text with it is a mere word, which only its use as a host makes a host.
    pub(super) is_word: bool,
}

/// All addresses in the texts of a program. A mere word counts when it is a name of an own component and is given to, or
/// is the default of, something that is called a host.
pub(super) fn addresses(view: &View<'_>, known: &Known) -> BTreeMap<Address, Said> {
    let mut all: BTreeMap<Address, Said> = BTreeMap::new();
    let contexts = contexts(view);
    for (id, texts) in texts(view) {
        for text in texts {
            let context = contexts.get(&place(id, text)).map_or("", String::as_str);
            for (address, is_word) in of_text(text, context, known) {
                let said = all.entry(address).or_insert_with(|| Said { is_word: true, ..Said::default() });
                said.texts.insert(key(text));
                said.at.insert((id, text.line, text.column));
                said.is_word &= is_word;
            }
        }
    }
    all
}

fn place(id: Id, text: &Text) -> (Id, u32, u32) {
    (id, text.line, text.column)
}

/// What tells a text from others.
pub(super) fn key(text: &Text) -> Vec<u8> {
    let mut key = Vec::new();
    for piece in &text.pieces {
        match piece {
            Piece::Fixed(letters) => key.extend_from_slice(letters.as_bytes()),
            Piece::Open(path) => {
                key.push(0);
                path.iter().for_each(|part| key.extend_from_slice(part.as_bytes()));
                key.push(0);
            }
        }
    }
    key
}

/// The addresses of one text: with a scheme or a port wherever they stand, a mere word where the context is a host's.
fn of_text(text: &Text, context: &str, known: &Known) -> Vec<(Address, bool)> {
    let Some(Piece::Fixed(first)) = text.pieces.first() else { return Vec::new() };
    // What a function of formats puts in is as open as any other piece.
    let until = ["%s", "%d", "%v", "{}", "{0}"].iter().filter_map(|place| first.find(place)).min();
    let whole = text.pieces.len() == 1 && until.is_none();
    let first = &first[..until.unwrap_or(first.len())];
    // An address in a sentence is there to be read by people.
    let begins = first.split_once("://").is_none_or(|(scheme, _)| !scheme.contains(char::is_whitespace));
    // What a token is asked for looks like an address too.
    if !begins
        || first.ends_with("/.default")
        || first.contains("://") && first.trim().contains(char::is_whitespace) && !first.contains('=')
    {
        return Vec::new();
    }
    if let Some((_, rest)) = first.split_once("://") {
        // Of a host that goes on in another piece only a part is here.
        let ends = rest.find(['/', '?', ':']);
        let authority = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let is_begun = !whole && ends.is_none() && !known.contains_key(&*authority.to_lowercase());
        if is_begun || authority.is_empty() || authority.starts_with(['%', '{', '$', '<']) {
            return Vec::new();
        }
        let until_port = match (whole, rest.strip_suffix(':')) {
            (false, Some(_)) => first.trim_end_matches(':'),
            _ => first,
        };
        // What it is called may say that it is for others to call.
        let name = if context.is_empty() { "URL" } else { context };
        if words(name).iter().any(|word| NAMING.contains(&word.as_str())) {
            return Vec::new();
        }
        let found = of_variable(name, until_port).into_iter().filter(|address| !is_name(&address.host));
        return found.map(|address| (address, false)).collect();
    }
    if !whole {
        // `cart:` + port
        let host = first.strip_suffix(':').filter(|host| known.contains_key(&*host.to_lowercase()));
        return host.map(|host| (bare(host), false)).into_iter().collect();
    }
    if let Some((host, port)) = first.rsplit_once(':')
        && port.parse::<u16>().is_ok()
    {
        let is_known = known.contains_key(&*host.to_lowercase()) || host.contains('.');
        let found = if is_known { of_variable("HOST", first) } else { Vec::new() };
        return found.into_iter().map(|address| (address, false)).collect();
    }
    let word = first.to_lowercase();
    let named = known.contains_key(&*word)
        || word.contains('.') && word.split('.').next().is_some_and(|first| known.contains_key(first));
    if named && !context.is_empty() {
        return of_variable(context, first).into_iter().map(|address| (address, true)).collect();
    }
    // Keys and values of a connection string.
    if first.contains('=') && !context.is_empty() {
        return of_variable(context, first).into_iter().map(|address| (address, false)).collect();
    }
    Vec::new()
}

fn is_name(host: &str) -> bool {
    NAMES.iter().any(|name| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

fn bare(host: &str) -> Address {
    Address { host: host.to_lowercase().into(), port: None, scheme: None }
}

/// What each text is given to: the name of a variable, field or argument, the name that it is the default of, or that of
/// the function which gives it back.
fn contexts(view: &View<'_>) -> HashMap<(Id, u32, u32), String> {
    let mut all = HashMap::new();
    for (id, (_, function)) in view.functions.iter().enumerate() {
        let mut note = |part: &Part, name: &str| {
            if let Part::Text(text) = part {
                all.entry(place(id, text)).or_insert_with(|| name.to_owned());
            }
        };
        for (index, call) in function.calls.iter().enumerate() {
            let looked_up = default_of(call).or_else(|| made(call));
            let own = view.means((id, index)).first().map(|to| &view.functions[*to].1.parameters);
            for (at, argument) in call.arguments.iter().enumerate() {
                let parameter = own.and_then(|parameters| parameters.get(at)).map(|(name, _)| &**name);
                let name = argument.name.as_deref().or(looked_up).or(parameter);
                argument.value.iter().for_each(|part| name.into_iter().for_each(|name| note(part, name)));
            }
        }
        for binding in &function.bindings {
            binding.value.iter().for_each(|part| note(part, &binding.name));
        }
        function.returns.iter().for_each(|part| note(part, &function.name));
    }
    all
}

/// What an object is called that is made of a text: of a `Hostname` or a `ConnectionFactory` it is a host.
fn made(call: &Call) -> Option<&str> {
    let name = call.path.last()?;
    let ends = |all: &[&str]| words(name).last().is_some_and(|word| all.contains(&word.as_str()));
    // A class that is called without a word for it is told from a function by its name.
    let is_remote = name.starts_with(char::is_uppercase) && ends(REMOTES);
    if !call.makes && !is_remote {
        return None;
    }
    let connects = is_remote || ends(CONNECTORS);
    Some(if connects { "HOST" } else { name })
}

/// The name that a call looks something up by: `CART_HOST` of `getenv("CART_HOST", "cart")`.
fn default_of(call: &Call) -> Option<&str> {
    let looks_up = call.path.iter().any(|part| words(part).iter().any(|word| LOOKS_UP.contains(&word.as_str())));
    let first = call.arguments.first().filter(|_| call.arguments.len() > 1)?;
    let [Part::Text(text)] = first.value.as_slice() else { return None };
    let [Piece::Fixed(name)] = text.pieces.as_slice() else { return None };
    let is_name = name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-'));
    (is_name && (looks_up || name.chars().all(|letter| !letter.is_lowercase()))).then_some(&**name)
}

/// The texts that a program gives itself as names where others look for it: in Consul, Nacos, Eureka and the like.
pub(super) fn registered(view: &View<'_>) -> BTreeSet<Arc<str>> {
    let mut names = BTreeSet::new();
    let is_one = |call: &&Call| {
        call.path.last().is_some_and(|name| words(name).iter().any(|word| REGISTERS.contains(&word.as_str())))
    };
    for (id, (file, function)) in view.functions.iter().enumerate() {
        for call in function.calls.iter().filter(is_one) {
            for part in call.arguments.iter().flat_map(|argument: &Argument| &argument.value) {
                match part {
                    Part::Text(text) => names.extend(fixed(text).cloned()),
                    // A constant of the same file.
                    Part::Name(path) => {
                        let Some(name) = path.last() else { continue };
                        let constants =
                            view.functions.iter().enumerate().filter(|(other, (at, _))| *other == id || at == file);
                        let bindings = constants.flat_map(|(_, (_, function))| &function.bindings);
                        for binding in bindings.filter(|binding| binding.name == *name) {
                            names.extend(binding.value.iter().filter_map(|part| match part {
                                Part::Text(text) => fixed(text).cloned(),
                                _ => None,
                            }));
                        }
                    }
                    Part::Call(_) => {}
                }
            }
        }
    }
    names.retain(|name| {
        name.len() > 2 && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'))
    });
    names
}

/// A text without open places.
pub(super) fn fixed(text: &Text) -> Option<&Arc<str>> {
    match text.pieces.as_slice() {
        [Piece::Fixed(letters)] => Some(letters),
        _ => None,
    }
}

/// A client that an annotation declares: the type that it makes one, what it calls, and where that is written.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) file: usize,
    pub(super) line: u32,
    pub(super) kind: Arc<str>,
    /// The field that holds it, where the annotation stands at one.
    pub(super) member: Option<Arc<str>>,
    pub(super) address: Address,
    /// Whether the annotation names what is done when it fails.
    pub(super) has_fallback: bool,
}

/// The clients that annotations declare.
pub(super) fn declared(view: &View<'_>) -> Vec<Declared> {
    let mut all = Vec::new();
    for file in &view.files {
        for annotation in &view.code.files[*file].module.annotations {
            let Some((_, keys)) =
                annotation.path.last().and_then(|name| CLIENTS.iter().find(|(one, _)| **one == **name))
            else {
                continue;
            };
            let Some(kind) = &annotation.owner else { continue };
            let texts = annotation.arguments.iter().filter(|one| keys.contains(&one.name.as_deref().unwrap_or("")));
            let said = texts.flat_map(|argument| &argument.value).find_map(|part| match part {
                Part::Text(text) => fixed(text),
                _ => None,
            });
            let Some(said) = said else { continue };
            if let Some(address) = of_variable("SERVICE_HOST", &defaulted(said)).into_iter().next() {
                let (line, member) = (annotation.line, annotation.member.clone());
                let is_fallback = |name: &Arc<str>| name.starts_with("fallback");
                let has_fallback = annotation.arguments.iter().any(|one| one.name.as_ref().is_some_and(is_fallback));
                all.push(Declared { file: *file, line, kind: Arc::clone(kind), member, address, has_fallback });
            }
        }
    }
    all
}

/// `${orders.url:http://orders}` is `http://orders`.
fn defaulted(text: &str) -> String {
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    inner.map_or_else(
        || text.to_owned(),
        |inner| inner.split_once(':').map_or(String::new(), |(_, rest)| rest.to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pieces: &[&str]) -> Text {
        let piece = |text: &&str| match text.strip_prefix('$') {
            Some(name) => Piece::Open(vec![name.into()]),
            None => Piece::Fixed((*text).into()),
        };
        Text { pieces: pieces.iter().map(piece).collect(), line: 1, column: 1 }
    }

    #[test]
    fn texts_that_name_hosts() {
        let known: Known = [("cart", "cart"), ("catalogue", "catalogue")].map(|(a, b)| (a.into(), b.into())).into();
        for (pieces, context, expected) in [
            (vec!["http://cart/items"], "", "http://cart"),
            (vec!["http://cart:", "$port"], "", "http://cart"),
            (vec!["http://", "$host", "/items"], "", ""),
            (vec!["http://cart", "$suffix"], "", "http://cart"),
            (vec!["http://ca", "$suffix"], "", ""),
            (vec!["see https://cart/docs for help"], "url", ""),
            (vec!["https://cart/docs tells how"], "url", ""),
            (vec!["https://shop.acme.io/paid"], "callbackURL", ""),
            (vec!["https://api.acme.io/v1"], "base", "https://api.acme.io"),
            (vec!["http://www.w3.org/2000/svg"], "", ""),
            (vec!["https://vault.azure.net/.default"], "scope", ""),
            (vec!["cart:8080"], "", "cart:8080"),
            (vec!["cart"], "CART_HOST", "cart"),
            (vec!["cart"], "title", ""),
            (vec!["cart"], "", ""),
            (vec!["catalogue"], "catalogueHost", "catalogue"),
            (vec!["ratio 3:4"], "", ""),
            (vec!["amqp://guest:guest@rabbit:5672/%2f"], "", "amqp://rabbit:5672"),
            (vec!["http://%s/items"], "", ""),
            (vec!["Host=catalogue;Username=u"], "connectionString", "catalogue"),
        ] {
            let found = of_text(&text(&pieces), context, &known);
            let found: Vec<String> = found.iter().map(|(address, _)| address.to_string()).collect();
            assert_eq!(found.join(" "), expected, "{pieces:?} as {context}");
        }
    }
}
