variable "size" { default = 1 }
resource "aws_rds_cluster" "main" {}
resource "aws_rds_cluster_instance" "main" {
  count              = var.size
  cluster_identifier = aws_rds_cluster.main.id
}
output "address" { value = aws_rds_cluster.main.endpoint }
