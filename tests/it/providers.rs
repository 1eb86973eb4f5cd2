//! How often code leads to the right provider, on repositories in which the name of a folder is the truth.
//!
//! Runs where they are given: `LINCHPIN_LEGO` (go-acme/lego), `LINCHPIN_AWS_EXAMPLES` (awsdocs/aws-doc-sdk-examples),
//! `LINCHPIN_GOOGLE_SAMPLES` (GoogleCloudPlatform/golang-samples) and `LINCHPIN_PREFIXED`, paths of folders with folders like
//! `aws-go-lambda` (serverless/examples, pulumi/examples).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use linchpin::facts::Sign;
use linchpin::scan::code::{Module, Part, Piece, Text};
use linchpin::scan::languages::LANGUAGES;
use linchpin::source::Tree;

use crate::built_in::BUILT_IN;

/// Folders of lego that are called otherwise than their provider.
const NAMES: &str = "
alidns aliyun, aliesa aliyun, azuredns azure, gcloud google, huaweicloud huawei, lightsail aws, route53 aws,
edgeone tencent, tencentcloud tencent, onecloudru 1cloud, com35 35com, dns51 51dns, gigahostno gigahost,
hostingde hosting-de, hostingnl hosting-nl, httpnet http-net, namedotcom name-com, onlinenet online-net,
oraclecloud oracle-cloud, otc open-telekom-cloud, jdcloud jd-cloud, baiducloud baidu-cloud, ibmcloud ibm-cloud,
edgedns akamai, vkcloud vk-cloud, sakuracloud sakura-cloud, cloudru cloud-ru, omglol omg-lol, webnamesca webnames-ca,
webnamesru webnames-ru, westcn west-cn, gandiv5 gandi, conohav3 conoha, selectelv2 selectel, yandex360 yandex,
yandexcloud yandex, ionoscloud ionos";

/// Folders of lego that speak a protocol, or to software that anybody may run: nobody in particular is meant.
const NOBODY: &str = "acmedns bindman bluecat bluecatv2 cpanel designate directadmin dnsupdate efficientip exec gravity \
    httpreq infoblox ispconfig ispconfigddns keyhelp mailinabox manual namesurfer pdns plesk poweradmin technitium \
    vegadns vinyldns";

fn texts(module: &Module) -> Vec<&Text> {
    let mut all = Vec::new();
    for function in &module.functions {
        all.extend(&function.texts);
        let bindings = function.bindings.iter().flat_map(|binding| &binding.value);
        let arguments = function.calls.iter().flat_map(|call| &call.arguments).flat_map(|argument| &argument.value);
        all.extend(bindings.chain(arguments).chain(&function.returns).filter_map(|part| match part {
            Part::Text(text) => Some(text),
            _ => None,
        }));
    }
    all
}

/// The hosts that a text begins with after a scheme.
fn host(text: &Text) -> Option<String> {
    let Piece::Fixed(first) = text.pieces.first()? else { return None };
    let rest = first.split_once("://")?.1;
    let host = rest.split(['/', ':', '?']).next()?;
    (host.contains('.') && !host.contains('%')).then(|| host.to_lowercase())
}

/// The providers that the code of each folder leads to; folders are the parts of paths at this depth below the root.
fn providers(root: &Path, depth: usize) -> BTreeMap<String, BTreeSet<String>> {
    let tree = Tree::load(&[root.to_path_buf()]);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in tree.files() {
        let inside = path.trim_start_matches('/');
        let Some(folder) = inside.split('/').nth(depth).filter(|_| inside.split('/').count() > depth + 1) else {
            continue;
        };
        let Some(language) = LANGUAGES.iter().find(|language| language.wants(path) && !language.leaves_out(path))
        else {
            continue;
        };
        let module = language.read(&tree.read(path).expect("readable"));
        // What several folders share belongs to none of them.
        if folder == "internal" {
            continue;
        }
        let of_folder = found.entry(folder.to_owned()).or_default();
        let imports = module.imports.iter().filter_map(|import| Sign::import(language.name, &import.path, &[], None));
        let calls = module.functions.iter().flat_map(|function| &function.calls).filter_map(|call| {
            let (first, members) = call.path.split_first()?;
            let import = module.imports.iter().find(|import| import.name.as_ref() == Some(first))?;
            let argument = call.arguments.first()?.value.first();
            let argument = match argument {
                Some(Part::Text(Text { pieces, .. })) => match pieces.as_slice() {
                    [Piece::Fixed(text)] => Some(&**text),
                    _ => None,
                },
                _ => None,
            };
            Sign::import(language.name, &import.path, members, argument)
        });
        let hosts = texts(&module).into_iter().filter_map(host).map(|host| Sign::Host(host.into()));
        let signs = imports.chain(calls).chain(hosts);
        let known = signs.filter_map(|sign| BUILT_IN.recognise(&sign)).filter(|found| &*found.provider != "software");
        of_folder.extend(known.map(|found| found.provider.to_string()));
    }
    found
}

#[test]
fn code_leads_to_the_provider_of_its_folder() {
    let Some(root) = std::env::var_os("LINCHPIN_LEGO") else { return println!("skipped: LINCHPIN_LEGO is not set") };
    let names: BTreeMap<&str, &str> = NAMES.split(',').filter_map(|pair| pair.trim().split_once(' ')).collect();
    let nobody: BTreeSet<&str> = NOBODY.split_whitespace().collect();
    let found = providers(&Path::new(&root).join("providers/dns"), 0);
    let (mut right, mut wrong, mut none) = (0, Vec::new(), Vec::new());
    for (folder, providers) in &found {
        let expected = names.get(&**folder).copied().unwrap_or(folder);
        if nobody.contains(&**folder) {
            if !providers.is_empty() {
                wrong.push(format!("{folder}: {providers:?}"));
            }
        } else if providers.contains(expected) {
            right += 1;
            // `golang.org/x/oauth2/google` and its like are named beside the provider.
            if providers.len() > 1 {
                println!("beside {folder}: {providers:?}");
            }
        } else if providers.is_empty() {
            none.push(folder);
        } else {
            wrong.push(format!("{folder}: {providers:?}"));
        }
    }
    let all = found.keys().filter(|folder| !nobody.contains(&***folder)).count();
    println!("{right} of {all} right, {} wrong {wrong:?}, {} without {none:?}", wrong.len(), none.len());
    assert!(right * 100 >= all * 90 && wrong.len() * 100 < found.len() * 3);
}

/// Says how many of the folders that are expected to lead to a provider do, how many lead to others alone, and how many are
/// expected to.
fn told(root: &Path, expected: impl Fn(&str) -> Option<&'static str>) -> (usize, usize, usize) {
    let found = providers(root, 0);
    let (mut right, mut wrong, mut none) = (0, Vec::new(), Vec::new());
    for (folder, providers) in &found {
        let Some(expected) = expected(folder) else { continue };
        match providers.contains(expected) {
            true => right += 1,
            false if providers.is_empty() => none.push(folder),
            false => wrong.push(format!("{folder}: {providers:?}")),
        }
    }
    let all = right + wrong.len() + none.len();
    println!(
        "{}: {right} of {all} right, {} wrong {wrong:?}, {} without {none:?}",
        root.display(),
        wrong.len(),
        none.len()
    );
    (right, wrong.len(), all)
}

#[test]
fn examples_of_one_provider_lead_to_it() {
    let Some(root) = std::env::var_os("LINCHPIN_AWS_EXAMPLES") else {
        return println!("skipped: LINCHPIN_AWS_EXAMPLES is not set");
    };
    let languages = ["gov2", "rustv1", "python", "javav2", "kotlin", "javascriptv3", "dotnetv3", "ruby", "php"];
    let (mut right, mut all) = (0, 0);
    for language in languages {
        let root = Path::new(&root).join(language);
        let inner = ["example_code", "examples", "services"].iter().map(|inner| root.join(inner));
        let root = inner.into_iter().find(|inner| inner.is_dir()).unwrap_or(root);
        let (found, wrong, of) = told(&root, |_| Some("aws"));
        assert!(wrong * 100 < of.max(1) * 3, "{language}: {wrong} of {of} are wrong");
        (right, all) = (right + found, all + of);
    }
    println!("all languages: {right} of {all}");
    assert!(right * 100 >= all * 90);
}

/// How folders of examples begin that are about one provider.
const PREFIXES: &[(&str, &str)] = &[
    ("aws-", "aws"),
    ("azure-", "azure"),
    ("classic-azure-", "azure"),
    ("gcp-", "google"),
    ("google-", "google"),
    ("alicloud-", "aliyun"),
    ("aliyun-", "aliyun"),
    ("tencent-", "tencent"),
    ("digitalocean-", "digitalocean"),
];

#[test]
fn folders_that_begin_with_a_provider_lead_to_it() {
    let Some(roots) = std::env::var_os("LINCHPIN_PREFIXED") else {
        return println!("skipped: LINCHPIN_PREFIXED is not set");
    };
    for root in std::env::split_paths(&roots) {
        let of = |folder: &str| PREFIXES.iter().find(|(prefix, _)| folder.starts_with(prefix)).map(|(_, name)| *name);
        told(&root, of);
    }
}

#[test]
fn folders_of_one_provider_lead_to_it() {
    let Some(root) = std::env::var_os("LINCHPIN_GOOGLE_SAMPLES") else {
        return println!("skipped: LINCHPIN_GOOGLE_SAMPLES is not set");
    };
    told(Path::new(&root), |_| Some("google"));
}
