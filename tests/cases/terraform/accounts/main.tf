provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "payments"
  region = "eu-central-1"
  assume_role {
    role_arn = "arn:aws:iam::${var.payments}:role/deploy"
  }
}

# Nothing says which account this is.
provider "aws" {
  alias  = "other"
  region = "us-east-1"
  assume_role {
    role_arn = var.role
  }
}

provider "google" {
  project = "shop-prod"
  region  = "europe-west1"
}

variable "payments" { default = "111122223333" }
variable "role" {}

resource "aws_sqs_queue" "plain" {
  name = "plain"
}

resource "aws_sqs_queue" "paid" {
  provider = aws.payments
  name     = "paid"
}

resource "aws_sqs_queue" "elsewhere" {
  provider = aws.other
  name     = "elsewhere"
  # An account that is only named in what it allows is not its own.
  policy = jsonencode({ Principal = "arn:aws:iam::999988887777:root" })
}

module "books" {
  source    = "./books"
  providers = { aws = aws.payments }
}

resource "google_pubsub_topic" "events" {
  name = "events"
}

resource "google_pubsub_topic" "shared" {
  name    = "shared"
  project = "shop-shared"
}
