resource "aws_ses_domain_identity" "service" {
  domain = local.config.SERVICE_DOMAIN
}

resource "aws_ses_domain_dkim" "service" {
  domain = aws_ses_domain_identity.service.domain
}

resource "aws_ses_domain_mail_from" "service" {
  domain           = aws_ses_domain_identity.service.domain
  mail_from_domain = "mail.${local.config.SERVICE_DOMAIN}"
}

resource "aws_route53_record" "dkim" {
  count   = 3
  zone_id = aws_route53_zone.service.zone_id
  name    = "${aws_ses_domain_dkim.service.dkim_tokens[count.index]}._domainkey.${local.config.SERVICE_DOMAIN}"
  type    = "CNAME"
  ttl     = 600
  records = ["${aws_ses_domain_dkim.service.dkim_tokens[count.index]}.dkim.amazonses.com"]
}

resource "aws_route53_record" "spf_mail_from" {
  zone_id = aws_route53_zone.service.zone_id
  name    = aws_ses_domain_mail_from.service.mail_from_domain
  type    = "TXT"
  ttl     = 600
  records = ["v=spf1 include:amazonses.com -all"]
}

resource "aws_ses_email_identity" "owner" {
  email = var.owner_email
}
