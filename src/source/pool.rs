//! Threads on which documents are parsed.

/// The deepest document that is allowed needs more stack than a thread has by default.
const STACK: usize = 16 * 1024 * 1024;

/// Does work on threads that can parse the deepest document; parallel iterators in it use them.
pub fn on_deep_threads<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}
