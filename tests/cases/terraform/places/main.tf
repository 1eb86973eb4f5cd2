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

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  count             = length(var.zones)
  vpc_id            = aws_vpc.main.id
  availability_zone = var.zones[count.index]
}

resource "aws_db_subnet_group" "main" {
  subnet_ids = aws_subnet.private[*].id
}

# Two zones, and a copy in each.
resource "aws_db_instance" "spread" {
  multi_az             = true
  db_subnet_group_name = aws_db_subnet_group.main.name
}

# Two zones that it may stand in, and a single copy.
resource "aws_db_instance" "single" {
  multi_az             = false
  db_subnet_group_name = aws_db_subnet_group.main.name
}

resource "aws_autoscaling_group" "workers" {
  min_size            = 2
  vpc_zone_identifier = aws_subnet.private[*].id
}

resource "aws_s3_bucket" "near" {}

resource "aws_s3_bucket" "far" {
  provider = aws.far
}

resource "aws_dynamodb_table" "everywhere" {
  replica {
    region_name = "us-east-1"
  }
}

resource "aws_instance" "one" {
  count     = 3
  subnet_id = aws_subnet.private[0].id
}
