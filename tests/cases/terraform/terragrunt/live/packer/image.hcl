source "amazon-ebs" "web" { region = "us-east-1" }
