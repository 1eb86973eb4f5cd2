//! Source code in which few files name another side, beside ripgrep looking for the same words in the same files:
//! `cargo bench --bench scan`, or `cargo bench --bench scan -- FOLDER…` for trees of one's own.
//!
//! Prints times and their ratios to ripgrep's, of which it takes the faster of two; ends when the generated tree does not
//! say what it was made to say. Nothing here fails on a slow machine.

#![expect(clippy::expect_used, reason = "a bench that can not go on should say so and stop")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use linchpin::catalogue::{Catalogue, built_in, load};
use linchpin::ingest::ingest;
use linchpin::scan::{Count, Memory, Scanned, is_code, prefilter, scan};
use linchpin::source::Tree;

/// How many packages of each language the generated tree has, and how many files each of them.
const PACKAGES: usize = 150;
const FILES: usize = 12;
/// One package in so many names another side.
const RARE: usize = 50;

/// A language of the generated tree: the manifest of a package, the ending of its files, a file that names nobody, and a file
/// that calls something. `N` stands for a number.
struct Sample {
    folder: &'static str,
    manifest: (&'static str, &'static str),
    end: &'static str,
    idle: &'static str,
    calls: &'static str,
}

const SAMPLES: [Sample; 4] = [
    Sample {
        folder: "go",
        manifest: ("go.mod", "module acme.test/pN\n\ngo 1.24\n"),
        end: "go",
        idle: "package pN\n\nimport (\n\t\"fmt\"\n\t\"sort\"\n)\n\n// SumN adds what the jobs across all columns are worth.\nfunc SumN(values []int) (int, \
               error) {\n\tif len(values) == 0 {\n\t\treturn 0, fmt.Errorf(\"nothing to add\")\n\t}\n\tsort.Ints(values)\n\ttotal := 0\n\tfor _, \
               value := range values {\n\t\ttotal += value\n\t}\n\treturn total, nil\n}\n",
        calls: "package main\n\nimport (\n\t\"log\"\n\t\"net/http\"\n)\n\nfunc main() {\n\tanswer, err := \
                http.Get(\"http://prices-N.acme.test/v1\")\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tdefer answer.Body.Close()\n}\n",
    },
    Sample {
        folder: "java",
        manifest: ("pom.xml", "<project><groupId>acme</groupId><artifactId>pN</artifactId></project>\n"),
        end: "java",
        idle: "package acme.pN;\n\nimport java.util.List;\n\n/** Adds what is worth something. */\npublic final class SumN {\n    public static int \
               sum(List<Integer> values) {\n        if (values.isEmpty()) {\n            throw new IllegalStateException(\"nothing to \
               add\");\n        }\n        return values.stream().mapToInt(Integer::intValue).sum();\n    }\n}\n",
        calls: "package acme.pN;\n\nimport software.amazon.awssdk.services.s3.S3Client;\n\npublic final class Main {\n    public static void \
                main(String[] given) {\n        S3Client.create().listBuckets();\n    }\n}\n",
    },
    Sample {
        folder: "py",
        manifest: ("requirements.txt", "attrs==25.1\n"),
        end: "py",
        idle: "\"\"\"Sums of jobs.\"\"\"\n\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass SumN:\n    values: list\n\n    def \
               total(self):\n        if not self.values:\n            raise ValueError('nothing to add')\n        return sum(value for value in \
               self.values if value > 0)\n",
        calls: "import boto3\n\nqueue = boto3.client('sqs')\n\n\nif __name__ == '__main__':\n    queue.send_message(QueueUrl='qN', \
                MessageBody='x')\n",
    },
    Sample {
        folder: "ts",
        manifest: ("package.json", "{\"name\": \"@acme/pN\", \"dependencies\": {\"lodash\": \"4\"}}\n"),
        end: "ts",
        idle: "import { groupBy } from 'lodash';\n\nexport interface ItemN {\n  name: string;\n  worth: number;\n}\n\nexport function \
               sumN(items: ItemN[]): number {\n  if (items.length === 0) {\n    throw new Error('nothing to add');\n  }\n  return \
               Object.values(groupBy(items, 'name')).flat().reduce((all, one) => all + one.worth, 0);\n}\n",
        calls: "import Redis from 'ioredis';\n\nconst store = new Redis('redis://store-N.acme.test:6379');\n\nexport async function \
                read(key: string) {\n  return await store.get(key);\n}\n",
    },
];

/// Writes the generated tree; how many packages of it name another side.
fn generate(root: &Path) -> usize {
    let mut calling = 0;
    for sample in &SAMPLES {
        for package in 0..PACKAGES {
            let number = package.to_string();
            let folder = root.join(sample.folder).join(format!("p{package}/src"));
            fs::create_dir_all(&folder).expect("a folder");
            let (manifest, text) = sample.manifest;
            fs::write(folder.with_file_name(manifest), text.replace('N', &number)).expect("a manifest");
            for file in 0..FILES {
                let mut text = String::new();
                // As long as files of people are.
                for part in 0..8 {
                    let _ = writeln!(text, "{}", sample.idle.replace('N', &format!("{package}{file}{part}")));
                }
                fs::write(folder.join(format!("sum{file}.{}", sample.end)), text).expect("a file");
            }
            if package % RARE == 0 {
                fs::write(folder.join(format!("main.{}", sample.end)), sample.calls.replace('N', &number))
                    .expect("a file");
                calling += 1;
            }
        }
    }
    calling
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// A search for the words in the files that are read as code, the faster of two, and how many files have one; `None` without
/// ripgrep. It minds case, which is what it does fast with so many words.
fn search(tree: &Path, words: &Path) -> Option<(Duration, usize)> {
    let once = || {
        let mut command = Command::new("rg");
        command.args(["--no-config", "--hidden", "--no-require-git", "-c", "-F", "-f"]).arg(words);
        for end in
            ["go", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "py", "java", "cs", "rb", "php", "kt", "rs"]
        {
            command.args(["-g", &format!("*.{end}")]);
        }
        command.args(["-g", "!.git", "-g", "!node_modules"]).arg(tree).stderr(Stdio::null());
        let (output, took) = timed(|| command.output().ok());
        Some((took, output?.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count()))
    };
    [once()?, once()?].into_iter().min_by_key(|(took, _)| *took)
}

fn show(what: &str, took: Duration, beside: Option<Duration>) {
    let ratio = beside.map(|beside| format!("{:>8.1} times ripgrep", took.as_secs_f64() / beside.as_secs_f64()));
    println!("  {what:<34} {:>9.1} ms {}", took.as_secs_f64() * 1e3, ratio.unwrap_or_default());
}

/// Scans a tree twice, and tells what that costs beside a search; the second time with what the first one kept.
fn measure(root: &Path, catalogue: &Catalogue) -> Scanned {
    let paths = [root.to_path_buf()];
    // Everything in the cache of the system, for all alike.
    let tree = Tree::load(&paths);
    let bytes: usize =
        tree.files().filter(|path| is_code(path)).filter_map(|path| Some(tree.read(path).ok()?.len())).sum();
    let manifests = ingest(&tree).facts;
    let words = prefilter(&manifests, catalogue);
    let list = tempfile::NamedTempFile::new().expect("a file");
    fs::write(list.path(), words.join("\n")).expect("the words");
    let searched = search(root, list.path());
    let least = searched.map(|(took, _)| took);
    println!("{}: {:.1} MB of code, {} words", root.display(), bytes as f64 / 1e6, words.len());
    match searched {
        Some((took, found)) => show(&format!("ripgrep, {found} files with a word"), took, None),
        None => println!("  ripgrep is not installed"),
    }
    let (tree, finding) = timed(|| Tree::load(&paths));
    show("finding the files", finding, least);
    let (facts, reading) = timed(|| ingest(&tree).facts);
    show("reading the manifests", reading, least);
    let memory = Memory::default();
    let (cold, first) = timed(|| scan(&tree, facts, catalogue, &memory));
    let sum = cold.counts.values().fold(Count::default(), |sum, one| Count {
        read: sum.read + one.read,
        untouched: sum.untouched + one.untouched,
        left_out: sum.left_out + one.left_out,
        ..sum
    });
    show("code, the first time", first, least);
    show("files and code, the first time", finding + first, least);
    let bytes = memory.to_bytes().unwrap_or_default();
    let (again, second) = timed(|| scan(&tree, manifests, catalogue, &Memory::of_bytes(&bytes)));
    show(&format!("code, the second time ({:.1} MB kept)", bytes.len() as f64 / 1e6), second, least);
    show("files and code, the second time", finding + second, least);
    println!("  {} files parsed, {} looked through, {} left out", sum.read, sum.untouched, sum.left_out);
    assert_eq!(cold.counts, again.counts);
    cold
}

fn main() {
    let given: Vec<PathBuf> = std::env::args().skip(1).filter(|one| !one.starts_with('-')).map(PathBuf::from).collect();
    let (catalogue, took) = timed(|| load(built_in()).0);
    show("the catalogues", took, None);
    for root in &given {
        measure(root, &catalogue);
    }
    if given.is_empty() {
        let folder = tempfile::tempdir().expect("a folder");
        let calling = generate(folder.path());
        let scanned = measure(folder.path(), &catalogue);
        let (read, untouched) =
            scanned.counts.values().fold((0, 0), |(read, idle), one| (read + one.read, idle + one.untouched));
        assert_eq!(read, calling * (FILES + 1));
        assert_eq!(untouched, (PACKAGES * SAMPLES.len() - calling) * FILES);
    }
}
