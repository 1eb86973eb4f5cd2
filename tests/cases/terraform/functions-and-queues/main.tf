resource "aws_sns_topic" "orders" {}

resource "aws_sqs_queue" "mail" {}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.orders.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.mail.arn
}

resource "aws_lambda_function" "mailer" {
  function_name = "mailer"
}

resource "aws_lambda_event_source_mapping" "mailer" {
  function_name    = aws_lambda_function.mailer.arn
  event_source_arn = aws_sqs_queue.mail.arn
}

resource "aws_apigatewayv2_api" "shop" {
  protocol_type = "HTTP"
}

resource "aws_lambda_function" "order" {
  function_name = "order"
  environment {
    variables = { TOPIC = aws_sns_topic.orders.arn }
  }
}

resource "aws_apigatewayv2_integration" "order" {
  api_id          = aws_apigatewayv2_api.shop.id
  integration_uri = aws_lambda_function.order.invoke_arn
}

resource "aws_apigatewayv2_route" "order" {
  api_id = aws_apigatewayv2_api.shop.id
  target = "integrations/${aws_apigatewayv2_integration.order.id}"
}

resource "aws_lambda_permission" "order" {
  function_name = aws_lambda_function.order.function_name
  source_arn    = aws_apigatewayv2_api.shop.execution_arn
}
