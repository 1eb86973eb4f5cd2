# Terraform takes the last of two values for one key; what is written beside them counts as ever.
resource "aws_dynamodb_table" "old" {
  name = "orders-old"
}

resource "aws_dynamodb_table" "new" {
  name = "orders-new"
}

resource "aws_sqs_queue" "mail" {
  name = "mail"
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  environment {
    variables = {
      TABLE    = aws_dynamodb_table.old.arn
      "QUEUE"  = "none"
      TABLE    = aws_dynamodb_table.new.arn
      "QUEUE"  = aws_sqs_queue.mail.url
    }
  }
}

# The same keys in two objects are nothing out of the way.
locals {
  tags  = { team = "a", stage = "x" }
  other = { team = "b", stage = "y" }
}
