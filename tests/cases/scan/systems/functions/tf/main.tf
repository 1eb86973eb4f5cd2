data "archive_file" "count" {
  type        = "zip"
  source_dir  = "${path.module}/code"
  output_path = "count.zip"
}

resource "aws_lambda_function" "count" {
  function_name    = "count"
  handler          = "index.handler"
  runtime          = "nodejs20.x"
  filename         = data.archive_file.count.output_path
  role             = "arn:aws:iam::123456789012:role/count"
}
