//! See https://docs.example.com/not-a-text
#![allow(dead_code)]

use aws_sdk_s3::{Client as S3, config::{self, Region}, types::*};
pub use store::Storage;
#[cfg(feature = "redis")]
use redis::AsyncCommands as _;
#[cfg(test)]
use wiremock::MockServer;

mod store;
#[cfg(all(feature = "queue", unix))]
mod queue;
#[cfg(test)]
mod tests {
    use super::*;

    fn helper() {
        panic!("{}", std::env::var("NOT_READ").unwrap());
    }
}

struct Shop {
    /// "http://not-a-text"
    storage: std::sync::Arc<dyn Storage>,
    name: Option<String>,
}

trait Storage2: Storage {
    fn get(&self) -> String {
        String::new()
    }
}

impl Storage for Shop {
    fn read(&self) -> String {
        lapin::Connection::connect("amqp://queue:5672").to_string()
    }
}

impl Shop {
    #[cfg(any(feature = "kafka", feature = "pulsar"))]
    fn publish(&self) {
        rdkafka::producer::FutureProducer::from_config();
    }

    #[cfg(any(feature = "kafka", unix))]
    fn quiet(&self) {}
}

#[get("/cart")]
async fn cart(state: web::Data<Shop>) {}

#[tokio::main]
async fn main() {}

#[tokio::test]
async fn works() {}

static URL: &str = "http://prices:8080";
const PORT: u16 = 80;
static CLIENT: LazyLock<Client> = LazyLock::new(|| Client::new(env::var("PRICES").unwrap_or("http://prices".into())));
