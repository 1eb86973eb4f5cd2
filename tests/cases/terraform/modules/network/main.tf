variable "client" {
  default = null
}

resource "aws_sqs_queue" "work" {
  name = "work"
}

output "queue_url" {
  value = aws_sqs_queue.work.url
}
