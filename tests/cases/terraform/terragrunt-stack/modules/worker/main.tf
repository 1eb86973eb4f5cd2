variable "name" {}
variable "queue" {}
variable "size" {}

resource "aws_lambda_function" "this" {
  function_name = var.name
  memory_size   = var.size
  environment {
    variables = { QUEUE_URL = var.queue }
  }
}
