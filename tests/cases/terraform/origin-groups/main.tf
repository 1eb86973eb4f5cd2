provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "far"
  region = "us-east-1"
}

variable "unset" {}

resource "aws_s3_bucket" "near" {}

resource "aws_s3_bucket" "far" {
  provider = aws.far
}

resource "aws_s3_bucket" "pictures" {}

resource "aws_s3_bucket" "spare" {}

resource "aws_lb" "api" {}

# Two origins of a group that the default behaviour names: either is enough. What only some paths lead to is a part of
# it, and what no behaviour names may still be chosen at the edge.
resource "aws_cloudfront_distribution" "group" {
  origin {
    origin_id   = "near"
    domain_name = aws_s3_bucket.near.bucket_regional_domain_name
  }
  origin {
    origin_id   = "far"
    domain_name = aws_s3_bucket.far.bucket_regional_domain_name
  }
  origin {
    origin_id   = "pictures"
    domain_name = aws_s3_bucket.pictures.bucket_regional_domain_name
  }
  origin {
    origin_id   = "spare"
    domain_name = aws_s3_bucket.spare.bucket_regional_domain_name
  }
  origin_group {
    origin_id = "pages"
    failover_criteria {
      status_codes = [500, 502, 503, 504]
    }
    member {
      origin_id = "near"
    }
    member {
      origin_id = "far"
    }
  }
  default_cache_behavior {
    target_origin_id = "pages"
  }
  ordered_cache_behavior {
    path_pattern     = "/pictures/*"
    target_origin_id = "pictures"
  }
}

# A group that only looks elsewhere for what is missing does not bear the loss of its first origin.
resource "aws_cloudfront_distribution" "missing" {
  origin {
    origin_id   = "near"
    domain_name = aws_s3_bucket.near.bucket_regional_domain_name
  }
  origin {
    origin_id   = "far"
    domain_name = aws_s3_bucket.far.bucket_regional_domain_name
  }
  origin_group {
    origin_id = "pages"
    failover_criteria {
      status_codes = [403, 404]
    }
    member {
      origin_id = "near"
    }
    member {
      origin_id = "far"
    }
  }
  default_cache_behavior {
    target_origin_id = "pages"
  }
}

# Two origins, and no group: the pages need the bucket, and some paths the balancer. Names may be made of resources.
resource "aws_cloudfront_distribution" "plain" {
  origin {
    origin_id   = "S3-${aws_s3_bucket.near.id}"
    domain_name = aws_s3_bucket.near.bucket_regional_domain_name
  }
  origin {
    origin_id   = aws_lb.api.id
    domain_name = aws_lb.api.dns_name
  }
  default_cache_behavior {
    target_origin_id = "S3-${aws_s3_bucket.near.id}"
  }
  ordered_cache_behavior {
    path_pattern     = "/api/*"
    target_origin_id = aws_lb.api.id
  }
}

# A group that nothing names is no alternative to the origin that is named.
resource "aws_cloudfront_distribution" "unnamed" {
  origin {
    origin_id   = "near"
    domain_name = aws_s3_bucket.near.bucket_regional_domain_name
  }
  origin {
    origin_id   = "far"
    domain_name = aws_s3_bucket.far.bucket_regional_domain_name
  }
  origin_group {
    origin_id = "pages"
    failover_criteria {
      status_codes = [503]
    }
    member {
      origin_id = "near"
    }
    member {
      origin_id = "far"
    }
  }
  default_cache_behavior {
    target_origin_id = "near"
  }
}

# Nobody says what the default behaviour names: all are needed.
resource "aws_cloudfront_distribution" "unknown" {
  origin {
    origin_id   = "near"
    domain_name = aws_s3_bucket.near.bucket_regional_domain_name
  }
  origin {
    origin_id   = "far"
    domain_name = aws_s3_bucket.far.bucket_regional_domain_name
  }
  default_cache_behavior {
    target_origin_id = var.unset
  }
}

# One group in two roles, with an origin that is told by its address, made by a loop.
resource "aws_cloudfront_distribution" "looped" {
  dynamic "origin" {
    for_each = { near = aws_s3_bucket.near.bucket_regional_domain_name, old = "old.example.org" }
    content {
      origin_id   = origin.key
      domain_name = origin.value
    }
  }
  origin_group {
    origin_id = "both"
    failover_criteria {
      status_codes = [500, 404]
    }
    dynamic "member" {
      for_each = ["near", "old"]
      content {
        origin_id = member.value
      }
    }
  }
  default_cache_behavior {
    target_origin_id = "both"
  }
  ordered_cache_behavior {
    target_origin_id = "old"
  }
}
