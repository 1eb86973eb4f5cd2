provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "far"
  region = "us-east-1"
}

variable "zones" {
  default = ["eu-west-1a", "eu-west-1b"]
}

variable "readers" {}

resource "aws_subnet" "db" {
  count             = length(var.zones)
  availability_zone = var.zones[count.index]
}

resource "aws_db_subnet_group" "db" {
  subnet_ids = aws_subnet.db[*].id
}

# Two instances over two zones: either is enough.
resource "aws_rds_cluster" "two" {
  db_subnet_group_name = aws_db_subnet_group.db.name
}

resource "aws_rds_cluster_instance" "two" {
  count              = 2
  cluster_identifier = aws_rds_cluster.two.id
}

# One instance stands in one of two zones, and nobody says in which.
resource "aws_rds_cluster" "one" {
  db_subnet_group_name = aws_db_subnet_group.db.name
}

resource "aws_rds_cluster_instance" "one" {
  cluster_identifier = aws_rds_cluster.one.id
}

# Nobody says how many instances there are: that is not one.
resource "aws_rds_cluster" "some" {
  db_subnet_group_name = aws_db_subnet_group.db.name
}

resource "aws_rds_cluster_instance" "some" {
  count              = var.readers
  cluster_identifier = aws_rds_cluster.some.id
}

# The instances say themselves where they stand.
resource "aws_rds_cluster" "said" {
  db_subnet_group_name = aws_db_subnet_group.db.name
}

resource "aws_rds_cluster_instance" "said" {
  cluster_identifier = aws_rds_cluster.said.id
  availability_zone  = "eu-west-1b"
}

# A replica elsewhere, which somebody has to promote.
resource "aws_db_instance" "orders" {}

resource "aws_db_instance" "orders_replica" {
  provider            = aws.far
  replicate_source_db = aws_db_instance.orders.arn
}

resource "aws_lambda_function" "shop" {
  function_name = "shop"
  environment {
    variables = {
      DB     = aws_db_instance.orders.address
      BUCKET = aws_s3_bucket.uploads.id
      TABLE  = aws_dynamodb_table.carts.name
      USERS  = aws_rds_cluster.two.endpoint
    }
  }
}

# Who reads from the replica needs the replica.
resource "aws_lambda_function" "reports" {
  function_name = "reports"
  provider      = aws.far
  environment {
    variables = { DB = aws_db_instance.orders_replica.address }
  }
}

resource "aws_s3_bucket" "uploads" {}

resource "aws_s3_bucket" "uploads_copy" {
  provider = aws.far
}

# What only takes the logs is no copy.
resource "aws_s3_bucket" "logs" {}

resource "aws_s3_bucket_logging" "uploads" {
  bucket        = aws_s3_bucket.uploads.id
  target_bucket = aws_s3_bucket.logs.id
}

resource "aws_s3_bucket_replication_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  rule {
    destination {
      bucket = aws_s3_bucket.uploads_copy.arn
    }
  }
}

resource "aws_dynamodb_table" "carts" {}

resource "aws_dynamodb_table_replica" "carts" {
  provider         = aws.far
  global_table_arn = aws_dynamodb_table.carts.arn
}
