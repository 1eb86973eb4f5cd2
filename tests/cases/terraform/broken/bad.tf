resource "aws_sqs_queue" "lost" {
  name = 
}
