# A group of servers belongs to the balancer whose listener names it, and not to what is put into it.
resource "alicloud_alb_load_balancer" "front" {
  address_type = "Internet"
}

resource "alicloud_alb_server_group" "web" {}

resource "alicloud_alb_listener" "front" {
  load_balancer_id = alicloud_alb_load_balancer.front.id
  server_group_id  = alicloud_alb_server_group.web.id
}

resource "aws_lb" "front" {}

resource "aws_lb_target_group" "web" {}

resource "aws_lb_listener" "front" {
  load_balancer_arn = aws_lb.front.arn
  default_action {
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_instance" "one" {}

resource "aws_lb_target_group_attachment" "one" {
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = aws_instance.one.id
}

resource "aws_autoscaling_group" "more" {
  min_size          = 1
  target_group_arns = [aws_lb_target_group.web.arn]
}
