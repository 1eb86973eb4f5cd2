generate "provider" {
  path     = "provider.tf"
  contents = <<-END
    provider "aws" {
      region = "eu-west-1"
    }
  END
}
