data "terraform_remote_state" "base" {
  backend = "s3"
  config = {
    bucket = "states"
    key    = "base/terraform.tfstate"
  }
}

data "terraform_remote_state" "elsewhere" {
  backend = "s3"
  config = {
    bucket = "states"
    key    = "elsewhere/terraform.tfstate"
  }
}

resource "aws_lambda_function" "app" {
  function_name = "app"
  environment {
    variables = {
      DB_HOST    = data.terraform_remote_state.base.outputs.endpoint
      OTHER_HOST = data.terraform_remote_state.elsewhere.outputs.endpoint
    }
  }
}
