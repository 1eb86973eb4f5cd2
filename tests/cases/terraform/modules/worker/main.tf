variable "label" {}
variable "queue" {}

resource "aws_lambda_function" "this" {
  function_name = "worker-${var.label}"
  environment {
    variables = { QUEUE = var.queue }
  }
}

output "name" {
  value = aws_lambda_function.this.function_name
}
