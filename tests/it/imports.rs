//! What code imports: each import leads to its product, and those that only look alike lead nowhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use linchpin::catalogue::{lint, load};
use linchpin::facts::Sign;

use crate::built_in::BUILT_IN;

fn found(import: &str) -> String {
    match BUILT_IN.recognise(&Sign::Import(import.into())) {
        Some(found) => {
            let capability = found.capability.map(|capability| format!(":{capability}")).unwrap_or_default();
            format!("{}/{}{capability}", found.provider, found.product)
        }
        None => "nothing".to_owned(),
    }
}

const TABLE: &str = r"
go:github.com/aws/aws-sdk-go-v2/service/s3/types           aws/s3
go:github.com/aws/aws-sdk-go/service/dynamodb              aws/dynamodb
go:github.com/aws/aws-sdk-go-v2/service/ec2                aws/ec2:control
go:github.com/aws/aws-sdk-go-v2/config                     nothing
java:software.amazon.awssdk.services.sqs.SqsClient         aws/sqs
java:com.amazonaws.services.s3.AmazonS3                    aws/s3
java:com.amazonaws.services.simpleemail.model              aws/ses
java:software.amazon.awssdk.core.SdkClient                 nothing
java:com.amazonaws.services.ec2                            aws/ec2:control
python:boto3.client(s3)                                    aws/s3
python:boto3.session.Session.client(sqs)                   aws/sqs
python:boto3.resource(dynamodb)                            aws/dynamodb
python:boto3.client(stepfunctions)                         aws/stepfunctions
python:boto3.client(ec2)                                   aws/ec2:control
python:boto3.client(not-a-service)                         nothing
python:boto3                                               nothing
js:@aws-sdk/client-s3#S3Client                             aws/s3
js:aws-sdk#S3                                              aws/s3
js:aws-sdk#DynamoDB.DocumentClient                         aws/dynamodb
js:aws-sdk/clients/sqs                                     aws/sqs
js:aws-sdk                                                 nothing
csharp:Amazon.S3.Model                                     aws/s3
csharp:Amazon.DynamoDBv2                                   aws/dynamodb
ruby:Aws::S3::Client                                       aws/s3
ruby:aws-sdk-sqs                                           aws/sqs
php:Aws\S3\S3Client                                        aws/s3
rust:aws_sdk_s3::Client                                    aws/s3
rust:aws_config                                            nothing
python:azure.storage.blob.BlobServiceClient                azure/storage
python:azure.mgmt.compute                                  azure/virtual-machines:control
java:com.azure.storage.blob                                azure/storage
csharp:Azure.Messaging.ServiceBus                          azure/service-bus
js:@azure/storage-blob                                     azure/storage
python:google.cloud.storage                                google/storage
python:google.cloud.pubsub_v1                              google/pubsub
go:cloud.google.com/go/pubsub                              google/pubsub
go:google.golang.org/api/dns/v1                            google/dns:control
python:googleapiclient.discovery.build(compute)            google/compute:control
java:com.google.cloud.storage.Storage                      google/storage
ruby:Google::Cloud::Storage                                google/storage
python:tencentcloud.cvm.v20170312.cvm_client               tencent/cvm:control
python:tencentcloud.common.common_client.CommonClient(cvm) tencent/cvm:control
java:com.qcloud.cos.COSClient                              tencent/cos
python:aliyunsdkecs.request.v20140526                      aliyun/ecs:control
java:com.aliyun.oss.OSS                                    aliyun/oss
java:com.aliyuncs.ecs.model.v20140526                      aliyun/ecs:control
go:github.com/alibabacloud-go/ecs-20140526/v4/client       aliyun/ecs:control
go:github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dns/v2 huawei/dns:control
java:com.obs.services.ObsClient                            huawei/obs
go:github.com/cloudflare/cloudflare-go                     cloudflare/api
java:redis.clients.jedis.Jedis                             software/redis
python:redis.asyncio                                       software/redis
python:redisearch                                          nothing
go:github.com/redis/go-redis/v9                            software/redis
csharp:StackExchange.Redis                                 software/redis
java:org.springframework.kafka.annotation.KafkaListener    software/kafka
csharp:RabbitMQ.Client.Events                              software/rabbitmq
python:psycopg2                                            software/postgresql
python:pika                                                software/rabbitmq
js:mysql2/promise                                          software/mysql
ruby:redis                                                 software/redis
php:Predis\Client                                          software/redis
rust:lapin::Connection                                     software/rabbitmq
rust:sqlx::PgPool                                          software/postgresql
rust:opendal::services::S3                                 aws/s3
rust:opendal::services::Fs                                 nothing
rust:opendal                                               nothing
java:com.alibaba.nacos.api                                 software/nacos
java:org.springframework.cloud.netflix.eureka              software/eureka
java:org.springframework.cloud.openfeign                   nothing
java:java.util.List                                        nothing
js:express                                                 nothing
js:./redis                                                 nothing
python:os.path                                             nothing
";

#[test]
fn imports_lead_to_their_products() {
    let mut wrong = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        let (import, expected) = line.split_once(' ').expect("two words");
        let (expected, found) = (expected.trim(), found(import));
        if found != expected {
            wrong.push(format!("{import} is {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What every package of a product is imported as leads back to the product, unless another has written it down.
#[test]
fn what_follows_from_packages_agrees_with_them() {
    let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (provider, product) in BUILT_IN.products() {
        for pattern in product.recognise.patterns.get("packages").into_iter().flatten() {
            let Some((registry, name)) = pattern.text.split_once(':') else { continue };
            let import = match registry {
                "go" | "npm" | "crate" | "pypi" if pattern.text.contains('*') => continue,
                "go" => format!("go:{name}"),
                "npm" => format!("js:{name}"),
                "crate" => format!("rust:{}", name.replace('-', "_")),
                "pypi" => format!("python:{}", name.replace('-', "_")),
                _ => continue,
            };
            claims.entry(import).or_default().push(format!("{}/{}", provider.name, product.name));
        }
    }
    assert!(claims.len() > 2000, "{}", claims.len());
    let mut wrong = Vec::new();
    for (import, products) in claims {
        let found = found(&import);
        let found = found.split(':').next().unwrap_or_default().to_owned();
        if !products.contains(&found) {
            wrong.push(format!("{import} is {found}, not {products:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn imports_are_written_as_code_writes_them() {
    let words: Vec<&str> = Sign::import_words().collect();
    for (provider, product) in BUILT_IN.products() {
        for pattern in product.recognise.patterns.get("imports").into_iter().flatten() {
            let (word, _) = pattern.text.split_once(':').expect("a language");
            assert!(words.contains(&word), "{}/{}: {}", provider.name, product.name, pattern.text);
        }
    }
    assert_eq!(lint(&BUILT_IN), []);
}

#[test]
fn a_rule_that_says_nothing_is_refused() {
    let file = |rule: &str| format!("provider: acme\nas_of: 2026-01-01\nimports: [{rule}]\n");
    for rule in [
        "{package: \"npm:*\", as: [\"js:*\"]}",
        "{package: npm:acme, as: []}",
        "{package: \"npm:@acme/*\"}",
        "{paket: x}",
    ] {
        let text = file(rule);
        let (_, problems) = load([(Arc::from("models/acme/provider.yaml"), text.as_str())]);
        assert!(!problems.is_empty() && problems[0].at.as_ref().is_some_and(|at| at.line == 3), "{rule}: {problems:?}");
    }
    let text = file("{package: \"maven:acme:*\", as: [\"java:acme.*\"]}");
    assert_eq!(load([(Arc::from("models/acme/provider.yaml"), text.as_str())]).1, []);
}
