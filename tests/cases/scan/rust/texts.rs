// "http://comment"
/// `http://doc`
fn texts(&self, host: &str) -> String {
    let plain = "http://a/\u{41}";
    let raw = r#"http://"b""#;
    let filled = format!("http://{host}:{}/{{x}}/{:>5}", self.port, f(1));
    let named = format!("{scheme}://{0}/{path}", "c", scheme = "https", path = PATH);
    let sum = "http://".to_owned() + host + "/cart";
    let default = std::env::var("CATALOGUE").unwrap_or_else(|_| "http://catalogue".to_string());
    let either = if x { "d" } else { "e" };
    let joined = concat!("f", "/g");
    let list = vec!["h", "i"];
    self.client.get(&format!("http://{}/j", host)).header("k", "l").send();
    info!("calling {host}", host = "m");
    json!({"url": "http://n"});
    if host == "o" {}
    self.url = "p".into();
    let shop = Self { url: "q", other: host };
    let other = reqwest::Client::builder().build();
    lazy_static! { static ref A: &str = "r"; }
    plain.to_string()
}
