//! What the text of a program says, in the same words for every language: functions, calls, what becomes of their errors.
//!
//! A scanner of a language fills in a [`Module`] for each file and knows nothing of clouds, services or environments; what
//! the calls mean is worked out afterwards, once for all languages. Nothing is resolved here: names are those of the file.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// One file of source code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// The name under which other files import it, in the way of its language: the package of a Go or Java file
    /// (`com.acme.orders`), the namespace of a C# file, the path of a Rust module within its crate (`crate::store`).
    /// Empty where files are imported by their path: Python, JavaScript, Ruby, PHP without a namespace.
    pub unit: Arc<str>,
    /// What it imports.
    pub imports: Vec<Import>,
    /// Its types: classes, structs, interfaces, traits.
    pub types: Vec<Type>,
    /// Its functions and methods. Code outside of functions is a function without a name, its role
    /// [`Role::Initialiser`]; so are the initialisers of fields, set under their type.
    pub functions: Vec<Function>,
    /// What is written beside declarations: annotations, attributes, decorators.
    pub annotations: Vec<Annotation>,
    /// Whether a parser had to guess somewhere in it.
    pub has_errors: bool,
    /// The line, from 1, that its parser did not get past; nothing of it is known then.
    pub given_up: Option<u32>,
}

/// An import, and the names that it brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// What is imported, as the language writes it: `github.com/aws/aws-sdk-go-v2/service/s3`, `@aws-sdk/client-s3`,
    /// `./storage`, `azure.storage.blob`, `com.amazonaws.services.s3.AmazonS3`, `aws_sdk_s3::Client`, `Amazon.S3`.
    pub path: Arc<str>,
    /// The name that it has in this file: the alias, or the last part of the path (`s3`, `AmazonS3`, `Client`).
    /// `None` for an import of everything, or for its effects alone.
    pub name: Option<Arc<str>>,
    /// Whether other files that import this one may use it too (`pub use`, `export … from`).
    pub again: bool,
    /// The condition under which the build has it, where the text says one: a cargo feature.
    pub only_if: Option<Arc<str>>,
    /// Its line, from 1.
    pub line: u32,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Type {
    /// Its name.
    pub name: Arc<str>,
    /// What it extends, implements or derives from, by the last part of each name.
    pub bases: Vec<Arc<str>>,
    /// Its fields, and the types that they are declared with, by the last part of each name: `(repository,
    /// OrderRepository)`.
    pub fields: Vec<(Arc<str>, Arc<str>)>,
    /// Its line, from 1.
    pub line: u32,
}

/// A function or method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name; empty for the code outside of functions.
    pub name: Arc<str>,
    /// The type that it belongs to.
    pub owner: Option<Arc<str>>,
    /// Its parameters in order, without the receiver: name, and the last part of the declared type's name if there is one.
    pub parameters: Vec<(Arc<str>, Option<Arc<str>>)>,
    /// When it runs.
    pub role: Role,
    /// Whether something outside of this program's text may call it: it is exported to a framework by an annotation or a
    /// decorator, overrides or implements something, or is public in a library. A function that is merely public in a
    /// program is not.
    pub exposed: bool,
    /// The condition under which the build has it, where the text says one: a cargo feature.
    pub only_if: Option<Arc<str>>,
    /// Whether it gives a future that another thread fills: who waits for that learns of a failure, who drops it does not.
    pub gives_future: bool,
    /// What is assigned in it: variables, fields, constants.
    pub bindings: Vec<Binding>,
    /// All calls in it, innermost first; those of closures and lambdas in it included.
    pub calls: Vec<Call>,
    /// What it gives back, over all its ways out.
    pub returns: Vec<Part>,
    /// Texts in it that are in no binding, call or return: operands of comparisons, items of lists.
    pub texts: Vec<Text>,
    /// Every name that occurs in it, functions that are only handed on included; not texts or comments.
    pub mentions: BTreeSet<Arc<str>>,
    /// Where a value chooses what is done.
    pub choices: Vec<Choice>,
    /// The elements of tables that are asked for by a value.
    pub lookups: Vec<Lookup>,
    /// Its first line, from 1.
    pub line: u32,
    /// Its last line.
    pub end: u32,
}

/// Ways of which a value chooses one: a switch, a branch over a text, a table of functions or types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is looked at; empty for a table, which is asked by lookups.
    pub value: Vec<Part>,
    /// The name of the table.
    pub table: Option<Arc<str>>,
    /// The ways.
    pub arms: Vec<Arm>,
    /// The way that it stands in: the number of another choice of the function, and that of its way.
    pub within: Option<(usize, usize)>,
    /// Its line, from 1.
    pub line: u32,
}

/// One of several ways.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// The texts, or names of constants, for which it is taken; empty where it is taken for all others.
    pub when: Vec<Part>,
    /// The calls in it, as indices into [`Function::calls`].
    pub calls: BTreeSet<usize>,
    /// The names that occur in it and nowhere else in its function but in other arms.
    pub names: BTreeSet<Arc<str>>,
    /// Its line, from 1.
    pub line: u32,
}

/// An element of a table is asked for, or set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    /// The name of the table.
    pub table: Arc<str>,
    /// By what.
    pub value: Vec<Part>,
}

/// When a function runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// When somebody calls it.
    #[default]
    Plain,
    /// It is the program's start: `main`, the part of a script under `if __name__ == "__main__"`.
    Main,
    /// When its file is loaded, its type is made, or as a hook of starting: `init`, `@PostConstruct`, `static {}`,
    /// module level code.
    Initialiser,
    /// In a test.
    Test,
}

/// Something gets a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The last part of the name that is assigned to: `client` of `self.client`.
    pub name: Arc<str>,
    /// Whether the name holds outside of the function: a field, a global, a constant of the file or type.
    pub is_shared: bool,
    /// The name of the object that it is an entry of, where that is written out: `db` of `host` in `{db: {host: h}}`.
    pub of: Option<Arc<str>>,
    /// Whether it gets an object that is written out and whose entries are bound by themselves: the name then stands for
    /// the object, and not for what its members hold.
    pub is_whole: bool,
    /// What it gets. `a, err := f()` gives a binding for each name, with the same parts.
    pub value: Vec<Part>,
    /// Its line, from 1.
    pub line: u32,
}

impl Binding {
    /// A name gets a value that is no entry of an object.
    pub fn new(name: Arc<str>, is_shared: bool, value: Vec<Part>, line: u32) -> Self {
        Binding { name, is_shared, of: None, is_whole: false, value, line }
    }
}

/// What an expression is made of; operators, indices and the like leave no trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// A name, each part of its path: `self.config.url` is `[self, config, url]`. The object of a method is `self` in
    /// every language, and an element under a fixed text is a part: `os.environ["HOST"]` is `[os, environ, HOST]`.
    Name(Vec<Arc<str>>),
    /// A text.
    Text(Text),
    /// What a call gives: its index in [`Function::calls`].
    Call(usize),
}

/// A text, with the values that it is put together with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Its pieces in order: `"http://" + host + "/cart"`, `f"http://{host}/cart"` and `format!("http://{host}/cart")` are
    /// `[Fixed("http://"), Open([host]), Fixed("/cart")]`. Escapes are undone.
    pub pieces: Vec<Piece>,
    /// Its line, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// Letters that stand in the file.
    Fixed(Arc<str>),
    /// The name, by its path, whose value comes here; empty when it is a more complex expression. What a call gives is
    /// first bound to a name that no program can write (`#3`).
    Open(Vec<Arc<str>>),
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What is called, each part of its path: `self.client.get` is `[self, client, get]`, `new Foo()` is `[Foo]`,
    /// `aws_sdk_s3::Client::new` is `[aws_sdk_s3, Client, new]`. After another call only what follows it:
    /// `f().send()` is `[send]`, with the call of `f` as its receiver. Macros are calls too, without their `!`.
    pub path: Vec<Arc<str>>,
    /// The call that it is a method of, an index into [`Function::calls`]: `f` in `f().send()`.
    pub receiver: Option<usize>,
    /// Whether it makes an object: `new Foo()`, `Foo(…)` of a class in Python is not told apart and is `false`.
    pub makes: bool,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// What becomes of its failure within this function, or within the closure that it stands in.
    pub fate: Fate,
    /// What is done where it gives nothing, an empty text or list; unknown where nobody asks.
    pub empty: Fate,
    /// Whether what it gives is dropped: it is a statement of its own.
    pub is_dropped: bool,
    /// Whether it stands in a closure that this function only hands on, and so runs later or never: the handler in
    /// `app.get("/cart", (req, res) => …)`, the consumer in `client.onMessage(m -> …)`. Not so for closures that are
    /// called at once: those of `map`, `forEach`, `try`, `retry`, and the like.
    pub deferred: bool,
    /// Its line, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name, where it is given one: `host` in `Redis(host="cache")`, the key in an object literal that is the argument.
    pub name: Option<Arc<str>>,
    /// What is given.
    pub value: Vec<Part>,
}

/// What a function does with the failure of a call in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// What it does.
    pub kind: FateKind,
    /// The line that shows it, from 1; 0 where nothing in particular does.
    pub line: u32,
}

/// The ways to deal with a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FateKind {
    /// Nothing in the text says.
    #[default]
    Unknown,
    /// The caller gets it, as an error or an exception: `?`, `return err`, `throw`, no handler at all.
    Passed,
    /// The program ends or the request is answered with an error: `unwrap`, `panic`, `log.Fatal`, a handler that
    /// answers 500.
    Fatal,
    /// It is caught and something else is given instead: a default, an empty list, another source.
    Replaced,
    /// It is logged or dropped, and work goes on.
    Ignored,
    /// Nobody waits for it: another thread or task has it.
    Detached,
}

/// An annotation, attribute or decorator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// Its name, each part of its path: `@org.acme.Cached` is `[org, acme, Cached]`, `@app.route` is `[app, route]`.
    pub path: Vec<Arc<str>>,
    /// What it is given: texts and names; calls leave none.
    pub arguments: Vec<Argument>,
    /// The type that it stands at, or in which its function or field is.
    pub owner: Option<Arc<str>>,
    /// The function, field or parameter that it stands at; `None` for a type.
    pub member: Option<Arc<str>>,
    /// Its line, from 1.
    pub line: u32,
}
