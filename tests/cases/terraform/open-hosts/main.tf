# Of a host with a part that nobody says the rest counts.
variable "region" {}

resource "aws_lambda_function" "mails" {
  function_name = "mails"
  environment {
    variables = {
      QUEUE_URL = "https://sqs.${var.region}.amazonaws.com/1/mails"
      RATES_URL = "https://rates.${var.region}.example.com"
    }
  }
}
