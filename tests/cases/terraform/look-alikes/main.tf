provider "aws" {
  region = "eu-west-1"
}

# Plumbing that refers to everything and fails with nothing.
resource "aws_security_group" "app" {
  vpc_id = "vpc-1"
}

resource "aws_security_group_rule" "app" {
  security_group_id        = aws_security_group.app.id
  source_security_group_id = aws_security_group.app.id
}

resource "aws_iam_policy" "read" {
  policy = jsonencode({ Statement = [{ Action = "s3:GetObject", Resource = aws_s3_bucket.data.arn }] })
}

resource "aws_s3_bucket" "data" {}

resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = "{}"
}

# Made after the queue, which it never calls.
resource "aws_lambda_function" "quiet" {
  function_name = "quiet"
  description   = "talks to aws_sqs_queue.work, or http://cart:80"
  tags          = { queue = aws_sqs_queue.work.name }
  environment {
    variables = { LISTEN_ADDR = "cart:80", MODE = "aws_sqs_queue.work" }
  }
  depends_on = [aws_sqs_queue.work]
}

resource "aws_sqs_queue" "work" {}

# There are none of these.
resource "aws_instance" "none" {
  count = 0
}

resource "aws_instance" "no_key" {
  for_each = {}
}

# Nobody outside can reach this.
resource "aws_lb" "inside" {
  internal = true
}

# One replica of another: it is no need of its.
resource "aws_db_instance" "main" {}

resource "aws_db_instance" "copy" {
  replicate_source_db = aws_db_instance.main.identifier
}

/* resource "aws_sqs_queue" "commented" {} */
