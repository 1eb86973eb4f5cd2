# A rule calls a function, which nobody else calls.
resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "nightly"
  schedule_expression = "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "report" {
  rule = aws_cloudwatch_event_rule.nightly.name
  arn  = aws_lambda_function.report.arn
}

resource "aws_lambda_function" "report" {
  function_name = "report"
}

# What is told of to people, and names that are made up, are nothing that serves.
resource "azurecaf_name" "store" {
  name = "store"
}

resource "azurerm_storage_account" "store" {
  name     = azurecaf_name.store.result
  location = "westeurope"
}

resource "pagerduty_service" "store" {
  name = azurerm_storage_account.store.name
}
