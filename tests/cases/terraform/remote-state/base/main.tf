terraform {
  backend "s3" {
    bucket = "states"
    key    = "base/terraform.tfstate"
  }
}

resource "aws_rds_cluster" "main" {}

output "endpoint" {
  value = aws_rds_cluster.main.endpoint
}
