resource "aws_lambda_function" "f" {
  function_name = "f"
  environment {
    variables = {
      QUEUE = aws_sqs_queue.lost.url
      TOPIC = var.nowhere
      ZONE  = local.nothing
      OTHER = module.none.value
    }
  }
}

module "gone" {
  source = "../gone"
}
