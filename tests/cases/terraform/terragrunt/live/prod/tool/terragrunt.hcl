locals {
  name = "nothing"
}
