provider "aws" {
  region = var.region
}

variable "region" {
  type = string
}

# Each takes from the other.
module "network" {
  source = "./network"
  client = module.worker["fast"].name
}

module "worker" {
  source   = "./worker"
  for_each = toset(["fast", "slow"])
  label    = each.key
  queue    = module.network.queue_url
}

module "database" {
  source  = "terraform-aws-modules/rds/aws"
  version = "6.0.0"
  multi_az = true
}

module "mystery" {
  source = "git::https://git.example.com/infra/mystery.git//part?ref=v1"
  input  = module.network.queue_url
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  environment {
    variables = {
      DB_HOST = module.database.db_instance_address
      WORKERS = join(",", [for w in module.worker : w.name])
    }
  }
}
