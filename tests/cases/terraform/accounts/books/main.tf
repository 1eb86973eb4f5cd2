resource "aws_sqs_queue" "books" {
  name = "books"
}
