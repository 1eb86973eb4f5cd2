//! What the names of functions say of what they do, in the words that libraries of all languages use.
//!
//! Libraries are not read, so their functions are judged by their names: one that makes a client passes the client's
//! address on to what it gives back, one that works on texts does too, and all others talk to what they are called on.

/// First words of functions that make something of what they are given, and talk to nobody.
const MAKES: &str = "new create make build builder with from of init set get open wrap register configure config default \
    client resource channel stub instance into as to parse load must use add option options override dial \
    secure insecure for base url uri host port address endpoint database db collection table bucket topic \
    queue session pool connection string format sprintf join concat trim replace split append clone copy \
    lower upper encode decode unwrap expect map and or ok await then getenv env var lookup environ value key \
    str int bool apply also let run singleton provide inject bind extend assign require println print \
    require";

/// Words that say that a function talks to the other side, whatever else it does.
const TALKS: &str = "connect connected ping fetch send publish post put delete query exec execute find insert update save \
    scan read write request invoke call subscribe consume receive poll produce emit upload download list \
    describe login authenticate migrate exchange retrieve search select aggregate count remove patch head \
    perform push pop incr expire flush commit lock acquire stream charge ship checkout";

/// Whole names that talk although their words do not say so, and the ones that do not although they do.
const GETS: &str = "get set add do head options use";

/// First words of what only tells somebody watching.
const TELLS: &str = "res response resp reply writer w rw out stdout stderr \
    log logger logging console print println printf eprintln debug info warn warning error trace tracing fmt \
    slog logrus zap span puts echo writeline error_log assert";

/// Last words of functions that set what a client does, and ask nobody.
const SETS: &str = "timeout username user password factory converter size names header headers property properties \
    listener handler interceptor interceptors level mode vhost host port attempts retries";

/// Words of functions that look at a value, end its use or complain about it.
const LOOKS: &str = "close closed shutdown dispose release cancel done panic exit raise throw errorf len length size equals \
    equal contains includes starts ends startswith endswith matches match test is has empty hash sleep wait \
    range isinstance typeof defined isset exists exception fail abort warn fatal fatalf assert validate \
    check verify must nameof setenv stringify listen serve handle handler cleanup defer drop dbg todo index";

/// Things that `get` and the like are called on that are no client.
const HOLDERS: &str = "header map dict config conf cfg options opts params headers env environ os settings props properties args \
    process viper configuration section list array set vec optional builder string strings path uri url urls \
    json math time context ctx self this std flag flags argparse parser";

/// Ends of the names of functions that give a client.
const CLIENTS: &str = "client channel stub connection session pool factory producer consumer builder options config \
    connector transport template";

/// Ends of the names of types that are called to make one of them.
const OBJECTS: &str = "client redis channel connection session pool engine consumer producer url config options \
    proxy rpc";

/// Words of functions that wait for what comes, for as long as a program runs.
const WAITS: &str = "consume subscribe listen poll receive serve run loop watch stream";

/// Things from which messages are taken.
const SOURCES: &str = "consumer consumers reader subscriber subscription pubsub queue kafka receiver bus nats mqtt nc js \
    listener deliveries stream broker poller";

/// Ends of the names of objects that ask another side for what they `get`.
const ASKERS: &str =
    "rest template client http web axios requests httpclient webclient resttemplate api session gateway";

/// Whether a word is one of a list.
fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

/// What a function of a library does with what it is called on or given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// What it gives back stands for the same other side: a client, a request, an address.
    Makes,
    /// It talks to the other side.
    Talks,
    /// It does both: it connects, and gives back the connection.
    Connects,
    /// It does nothing with it that matters.
    Tells,
}

/// What a call does, by its path and whether it makes an object; `on` says that it is called on the thing in question,
/// not only given it.
pub(super) fn deed(path: &[std::sync::Arc<str>], makes: bool, on: bool) -> Deed {
    let Some(name) = path.last() else { return Deed::Makes };
    let words = words(name);
    let first = words.first().map_or("", String::as_str);
    let before = path.len().checked_sub(2).map_or("", |at| &*path[at]);
    if is_in(TELLS, &before.to_lowercase()) || (path.len() == 1 && is_in(TELLS, first) && !on) {
        return Deed::Tells;
    }
    if makes {
        return Deed::Makes;
    }
    if first == "set" && words.len() > 1 && words.last().is_some_and(|last| is_in(SETS, last)) {
        return Deed::Tells;
    }
    if is_in(LOOKS, first) && !words.iter().any(|word| is_in(TALKS, word)) {
        return Deed::Tells;
    }
    if words.iter().any(|word| matches!(word.as_str(), "connect" | "ping")) {
        return Deed::Connects;
    }
    if is_in(GETS, &name.to_lowercase()) {
        let held = self::words(before).last().is_some_and(|last| is_in(HOLDERS, last));
        return if held || before.is_empty() && !on { Deed::Makes } else { Deed::Talks };
    }
    // Types are called to make one.
    let is_type = name.starts_with(|letter: char| letter.is_ascii_uppercase()) && is_made_by_calling(name);
    let asks = words.len() > 1 && self::words(before).last().is_some_and(|last| is_in(ASKERS, last));
    if is_in(TALKS, first) || first == "get" && asks && !words.last().is_some_and(|last| is_in(CLIENTS, last)) {
        return Deed::Talks;
    }
    let makes_one = words.last().is_some_and(|last| is_in(CLIENTS, last));
    if is_type && !on || makes_one {
        return Deed::Makes;
    }
    // `getUser` on a client talks; `getConnection` was seen above; `get_database_url` is given, not called on.
    if matches!(first, "get" | "create" | "add" | "set" | "load" | "register" | "list" | "run") && words.len() > 1 && on
    {
        return Deed::Talks;
    }
    if is_in(MAKES, first) { Deed::Makes } else { Deed::Talks }
}

/// Whether a name in capitals reads like that of a type, `RedisCluster`, not of a function of Go, `Get`.
fn is_made_by_calling(name: &str) -> bool {
    words(name).last().is_some_and(|last| is_in(OBJECTS, last))
}

/// Whether a call waits for what comes, and so is no step of a start although it stands in one.
pub(super) fn waits(path: &[std::sync::Arc<str>]) -> bool {
    path.last().is_some_and(|name| words(name).iter().any(|word| is_in(WAITS, word)))
}

/// Whether a call takes what others send: a message of a queue or topic. Who lives on messages gets none where there is
/// no broker, however well it deals with that.
pub(super) fn takes(path: &[std::sync::Arc<str>]) -> bool {
    let Some(name) = path.last() else { return false };
    let words = self::words(name);
    let has = |all: &[&str]| words.iter().any(|word| all.contains(&word.as_str()));
    if has(&["consume", "consuming"]) || has(&["receive"]) && has(&["message", "messages"]) {
        return true;
    }
    let before = path.len().checked_sub(2).map_or("", |at| &*path[at]);
    let from = self::words(before).last().is_some_and(|last| is_in(SOURCES, last));
    from && has(&["poll", "subscribe", "receive", "listen", "fetch", "read", "run"])
}

/// The words of a name, in lower case: `getUserCart` and `get_user_cart` are `get`, `user`, `cart`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let up = letter.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
                || before.is_some_and(char::is_uppercase) && after.is_some_and(|after| after.is_lowercase()));
        if (!letter.is_alphanumeric() || up) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<std::sync::Arc<str>> {
        text.split('.').map(Into::into).collect()
    }

    #[test]
    fn names_tell_what_is_done() {
        for (text, makes, on, expected) in [
            ("grpc.NewClient", false, false, Deed::Makes),
            ("pb.NewCartServiceClient", false, false, Deed::Makes),
            ("client.GetCart", false, true, Deed::Talks),
            ("http.Get", false, false, Deed::Talks),
            ("requests.get", false, false, Deed::Talks),
            ("os.environ.get", false, false, Deed::Makes),
            ("os.Getenv", false, false, Deed::Makes),
            ("redis.Redis", false, false, Deed::Makes),
            ("axios.post", false, false, Deed::Talks),
            ("axios.get", false, false, Deed::Talks),
            ("req.Header.Set", false, true, Deed::Makes),
            ("fetch", false, false, Deed::Talks),
            ("mongoose.connect", false, false, Deed::Connects),
            ("log.info", false, false, Deed::Tells),
            ("console.log", false, false, Deed::Tells),
            ("RestTemplate", true, false, Deed::Makes),
            ("restTemplate.getForObject", false, true, Deed::Talks),
            ("rest.getForObject", false, false, Deed::Talks),
            ("config.getCartUrl", false, false, Deed::Makes),
            ("factory.setCloseTimeout", false, true, Deed::Tells),
            ("cache.setItem", false, true, Deed::Talks),
            ("pool.getConnection", false, true, Deed::Makes),
            ("strings.Replace", false, false, Deed::Makes),
            ("db.query", false, true, Deed::Talks),
            ("s.stub.charge", false, true, Deed::Talks),
        ] {
            assert_eq!(deed(&path(text), makes, on), expected, "{text}");
        }
    }

    #[test]
    fn words_of_names() {
        assert_eq!(words("getUserCart"), ["get", "user", "cart"]);
        assert_eq!(words("HTTPServer"), ["http", "server"]);
        assert_eq!(words("S3_BUCKET"), ["s3", "bucket"]);
    }
}
